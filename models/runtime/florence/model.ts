import type { Bundle } from '../bundle.ts';
import type { ExecutionDevice } from '../draft.ts';
import type { FlorenceManifest } from '../manifest.ts';
import type { Model } from '../model.ts';
import { promptedMasks } from '../segmenter/promptedMasks.ts';
import { onFirstDevice } from '../sessions/devices.ts';
import { answerAssignment } from './answerAssignment.ts';
import { type Florence, openFlorence } from './florence.ts';

/** A Florence-2 bundle as a model: captions with boxes, and masks where a SAM-type model stands beside it. */
export async function loadFlorence(bundle: Bundle<FlorenceManifest>, asked: 'auto' | ExecutionDevice): Promise<Model> {
  const { manifest } = bundle;
  const { value: florence, device, reasons } = await onFirstDevice(manifest, asked, (on) => openFlorence(bundle, on));
  return {
    name: manifest.name,
    version: manifest.version,
    device,
    deviceReasons: reasons,
    draft: (assignment, image, { checkpoint }) => answerAssignment(florence, assignment, image, checkpoint),
    ...masksWith(florence),
    release: () => florence.sessions.release(),
  };
}

/** Masks for points and boxes, where the bundle has a model for them. */
function masksWith({ manifest, sessions, pixels }: Florence): Pick<Model, 'encode' | 'segment'> {
  const decoder = sessions.get('prompt_encoder_mask_decoder');
  const { mask, graphs } = manifest;
  if (decoder === undefined || pixels === undefined || mask === undefined) return {};
  const { fit } = manifest.pixels!.preprocess;
  const { file } = graphs.prompt_encoder_mask_decoder!;
  return {
    async encode(image, checkpoint) {
      await checkpoint('encode');
      await pixels.encode(image);
    },
    async segment(prompt, image, checkpoint) {
      await checkpoint('encode');
      const { outputs, geometry } = await pixels.encode(image);
      await checkpoint('masks');
      const [drawn] = await promptedMasks(decoder, file, outputs, [prompt], geometry, mask, fit);
      return drawn!;
    },
  };
}
