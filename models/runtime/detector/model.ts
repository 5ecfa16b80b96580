import { availableParallelism } from 'node:os';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Bundle } from '../bundle.ts';
import type { ExecutionDevice } from '../draft.ts';
import { BundleError, DeviceError, RuntimeMissingError } from '../errors.ts';
import type { BundleManifest, GraphManifest } from '../manifest.ts';

type Onnx = typeof import('onnxruntime-node');

/** A detector bundle whose graphs are loaded on one device. */
export interface DetectorModel {
  readonly manifest: BundleManifest;
  readonly device: ExecutionDevice;
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

/**
 * Loads the graphs on the device asked for; `auto` takes the first of the bundle's own list that works. Devices are
 * tried one at a time: a list handed to the library would fall back silently, operator by operator. `log` is told which one was
 * taken and why not those before it.
 */
export async function loadModel(
  bundle: Bundle,
  device: 'auto' | ExecutionDevice,
  log: (line: string) => void,
): Promise<DetectorModel> {
  const onnx = await loadLibrary();
  const { manifest } = bundle;
  const refusals: string[] = [];
  const wanted = device === 'auto' ? manifest.devices : [device];
  for (const candidate of wanted) {
    try {
      const model = await loadOn(onnx, bundle, candidate);
      const others = device === 'auto' ? manifest.devices.slice(manifest.devices.indexOf(candidate) + 1) : [];
      log(
        `${manifest.name} ${manifest.version} runs on ${candidate}${device === 'auto' ? ", by the bundle's own order" : ', as asked'}.${
          refusals.length > 0 ? ` Refused: ${refusals.join('; ')}.` : ''
        }${others.length > 0 ? ` Not tried: ${others.join(', ')}.` : ''}`,
      );
      return model;
    } catch (error) {
      if (error instanceof BundleError) throw error;
      refusals.push(`${candidate}: ${firstLine(error)}`);
    }
  }
  // The processor refuses nothing but a broken graph.
  if (wanted.includes('cpu')) {
    throw new BundleError(`The graphs of ${manifest.name} do not load (${refusals.join('; ')}). Get the bundle again.`);
  }
  throw new DeviceError(
    `${manifest.name} does not run on ${device} here (${refusals.join('; ')}). Choose "cpu" or "auto".`,
  );
}

async function loadLibrary(): Promise<Onnx> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new RuntimeMissingError(
      `The inference library does not load on ${process.platform}-${process.arch} (${firstLine(error)}). Drafts need the package for this platform; everything else works without it.`,
    );
  }
}

async function loadOn(onnx: Onnx, bundle: Bundle, device: ExecutionDevice): Promise<DetectorModel> {
  const { manifest } = bundle;
  const options: InferenceSession.SessionOptions = {
    executionProviders: [device],
    intraOpNumThreads: Math.min(4, availableParallelism()),
    logSeverityLevel: 3,
  };
  const open = async (name: keyof BundleManifest['graphs']) => {
    const session = await onnx.InferenceSession.create(bundle.graphs[name], options);
    try {
      expectMetadata(session, manifest.graphs[name]);
    } catch (error) {
      await session.release();
      throw error;
    }
    return session;
  };
  const detector = await open('detector');
  const maskHead = await open('maskHead').catch(async (error: unknown) => {
    await detector.release();
    throw error;
  });
  const { detector: settings, maskHead: head } = manifest;
  const float32 = (data: Float32Array, shape: readonly number[]) => new onnx.Tensor('float32', data, shape);
  return {
    manifest,
    device,
    async detect(input) {
      const tensor = float32(input, [1, 3, ...settings.size]);
      const outputs = await detector.run({ [settings.input]: tensor });
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
      const feeds: Record<string, Tensor> = {};
      for (const name of head.features) {
        feeds[name] = float32(features[name]!, manifest.graphs.maskHead.inputs[name]!.shape.map(Number));
      }
      feeds[head.image] = float32(image, [1, ...head.imageSize, 3]);
      feeds[head.boxes] = float32(boxes, [boxes.length / 4, 4]);
      const outputs = await maskHead.run(feeds, [head.output]);
      return floatsOf(
        outputs[head.output],
        (boxes.length / 4) * head.outputSize[0] * head.outputSize[1],
        manifest.graphs.maskHead.file,
      );
    },
    async release() {
      await detector.release();
      await maskHead.release();
    },
  };
}

/** The graph itself must agree with the manifest, or a run would read or fill arrays of other sizes. */
function expectMetadata(session: InferenceSession, graph: GraphManifest): void {
  for (const [kind, promised, found] of [
    ['input', graph.inputs, session.inputMetadata],
    ['output', graph.outputs, session.outputMetadata],
  ] as const) {
    for (const tensor of found) {
      const wanted = Object.hasOwn(promised, tensor.name) ? promised[tensor.name] : undefined;
      if (wanted === undefined && kind === 'output') continue;
      const shape = tensor.isTensor ? tensor.shape : [];
      const type = tensor.isTensor ? tensor.type : 'no tensor';
      const agrees =
        wanted !== undefined &&
        type === wanted.type &&
        shape.length === wanted.shape.length &&
        shape.every((side, i) => typeof wanted.shape[i] === 'string' || side === wanted.shape[i]);
      if (!agrees) {
        throw new BundleError(
          `${graph.file}: its ${kind} "${tensor.name}" is ${type} [${shape.join(', ')}], where the manifest says ${
            wanted === undefined ? 'nothing of it' : `${wanted.type} [${wanted.shape.join(', ')}]`
          }. The manifest and the graph do not belong together.`,
          graph.file,
        );
      }
    }
    const names = new Set(found.map((tensor) => tensor.name));
    const missing = Object.keys(promised).find((name) => !names.has(name));
    if (missing !== undefined) {
      throw new BundleError(
        `${graph.file} has no ${kind} "${missing}", which the manifest names. The manifest and the graph do not belong together.`,
        graph.file,
      );
    }
  }
}

function floatsOf(tensor: Tensor | undefined, length: number, file: string): Float32Array {
  if (tensor?.data instanceof Float32Array && tensor.data.length === length) return tensor.data;
  throw new BundleError(`${file} gave a result of another shape than its manifest says. Get the bundle again.`, file);
}

/** The library's reason without the source file and the condition that it puts in front. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '')
    .replace(/^.*? was false\. /, '')
    .replace(/\.$/, '')
    .slice(0, 300);
}
