import type { Bundle } from '../bundle.ts';
import type { ExecutionDevice } from '../draft.ts';
import type { GeneratorManifest } from '../manifest.ts';
import type { Model } from '../model.ts';
import { onFirstDevice } from '../sessions/devices.ts';
import { answerAssignment } from './answerAssignment.ts';
import { openGenerator } from './generator.ts';
import { encodeForMasks, maskOfPrompt } from './promptMasks.ts';

/** A generator bundle as a model: it writes grounded answers, and draws masks for points and boxes where it has the graph. */
export async function loadGenerator(
  bundle: Bundle<GeneratorManifest>,
  asked: 'auto' | ExecutionDevice,
): Promise<Model> {
  const { manifest } = bundle;
  const { value: generator, device, reasons } = await onFirstDevice(manifest, asked, (on) => openGenerator(bundle, on));
  return {
    name: manifest.name,
    version: manifest.version,
    device,
    deviceReasons: [...reasons, generator.driverReason],
    draft: (assignment, image, { checkpoint }) => answerAssignment(generator, assignment, image, checkpoint),
    ...(generator.sessions.get('prompt_encoder_mask_decoder') !== undefined && {
      encode: (image, checkpoint) => encodeForMasks(generator, image, checkpoint),
      segment: (prompt, image, checkpoint) => maskOfPrompt(generator, prompt, image, checkpoint),
    }),
    release: () => generator.sessions.release(),
  };
}
