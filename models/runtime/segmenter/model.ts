import type { Bundle } from '../bundle.ts';
import type { ExecutionDevice } from '../draft.ts';
import type { SegmenterManifest } from '../manifest.ts';
import type { Model } from '../model.ts';
import { onFirstDevice } from '../sessions/devices.ts';
import { openSessions } from '../sessions/openSessions.ts';
import { ImageEncoder } from './imageEmbeddings.ts';
import { promptedMasks } from './promptedMasks.ts';

/** A SAM-type bundle as a model: it draws masks for points and boxes, and writes nothing. */
export async function loadSegmenter(
  bundle: Bundle<SegmenterManifest>,
  asked: 'auto' | ExecutionDevice,
): Promise<Model> {
  const { manifest } = bundle;
  const { preprocess } = manifest.image;
  const {
    value: sessions,
    device,
    reasons,
  } = await onFirstDevice(manifest, asked, (on) =>
    openSessions(bundle, on, { vision_encoder: {}, prompt_encoder_mask_decoder: {} }),
  );
  const encoder = new ImageEncoder(sessions.get('vision_encoder')!, preprocess);
  const decoder = sessions.get('prompt_encoder_mask_decoder')!;
  const { file } = manifest.graphs.prompt_encoder_mask_decoder;
  return {
    name: manifest.name,
    version: manifest.version,
    device,
    deviceReasons: reasons,
    async encode(image, checkpoint) {
      await checkpoint('encode');
      await encoder.encode(image);
    },
    async segment(prompt, image, checkpoint) {
      await checkpoint('encode');
      const { outputs, geometry } = await encoder.encode(image);
      await checkpoint('masks');
      const [drawn] = await promptedMasks(decoder, file, outputs, [prompt], geometry, manifest.mask, preprocess.fit);
      return drawn!;
    },
    release: () => sessions.release(),
  };
}
