import type { Bundle } from '../bundle.ts';
import type { ExecutionDevice } from '../draft.ts';
import { BundleError } from '../errors.ts';
import type { DetectorManifest } from '../manifest.ts';
import { openSessions } from '../sessions/openSessions.ts';
import { type Tensors, type TensorValue, tensor } from '../sessions/session.ts';

/** Bytes; a head of half a megabyte takes 40 % less of the processor's time on one thread. */
const SMALL_HEAD = 8 * 2 ** 20;

/** The two graphs of a detector bundle, loaded on one device. */
export interface DetectorGraphs {
  readonly manifest: DetectorManifest;
  /** One run of the detector: its outputs by name, float32. */
  detect(input: Float32Array): Promise<Readonly<Record<string, Float32Array>>>;
  /** One run of the mask head: probabilities `[boxes, rows, columns]`; `boxes` is `[n, 4]`, x, y, width, height. */
  masks(
    features: Readonly<Record<string, Float32Array>>,
    image: Float32Array,
    boxes: Float32Array,
  ): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Loads both graphs on one device. Throws a `BundleError`, or what the library throws. */
export async function openDetector(bundle: Bundle<DetectorManifest>, device: ExecutionDevice): Promise<DetectorGraphs> {
  const { manifest } = bundle;
  const oneThread = manifest.graphs.maskHead.bytes < SMALL_HEAD;
  const sessions = await openSessions(bundle, device, { detector: {}, maskHead: { oneThread } });
  const detector = sessions.get('detector')!;
  const maskHead = sessions.get('maskHead')!;
  const { detector: settings, maskHead: head } = manifest;
  return {
    manifest,
    async detect(input) {
      const outputs = await detector.run({ [settings.input]: tensor('float32', input, [1, 3, ...settings.size]) });
      return Object.fromEntries(
        Object.entries(manifest.graphs.detector.outputs).map(([name, { shape }]) => [
          name,
          floatsOf(
            outputs[name],
            shape.reduce<number>((n, side) => n * Number(side), 1),
            manifest.graphs.detector.file,
          ),
        ]),
      );
    },
    async masks(features, image, boxes) {
      const shapeOf = (name: string) => manifest.graphs.maskHead.inputs[name]!.shape.map(Number);
      const feeds: Tensors = {
        ...Object.fromEntries(
          head.features.map((name) => [name, tensor('float32', features[name]!, shapeOf(name))] as const),
        ),
        [head.image]: tensor('float32', image, [1, ...head.imageSize, 3]),
        [head.boxes]: tensor('float32', boxes, [boxes.length / 4, 4]),
      };
      const outputs = await maskHead.run(feeds, [head.output]);
      return floatsOf(
        outputs[head.output],
        (boxes.length / 4) * head.outputSize[0] * head.outputSize[1],
        manifest.graphs.maskHead.file,
      );
    },
    release: () => sessions.release(),
  };
}

function floatsOf(value: TensorValue | undefined, length: number, file: string): Float32Array {
  if (value?.data instanceof Float32Array && value.data.length === length) return value.data;
  throw new BundleError(`${file} gave a result of another shape than its manifest says. Get the bundle again.`, file);
}
