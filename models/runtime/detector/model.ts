import type { Bundle } from '../bundle.ts';
import { classesAsked, describe } from '../describe.ts';
import type { ExecutionDevice } from '../draft.ts';
import { TaskError } from '../errors.ts';
import type { DetectorManifest } from '../manifest.ts';
import type { Model, SourceImage } from '../model.ts';
import { Recent } from '../recent.ts';
import { onFirstDevice } from '../sessions/devices.ts';
import { bytesOfLooks, type Look, lookAtEnds } from './ends.ts';
import { findInstances } from './findInstances.ts';
import { openDetector } from './graphs.ts';
import { promptedMask } from './prompts/promptedMask.ts';
import { bytesOfSight, look, type Sight } from './sight.ts';

/** A detector bundle as a model that drafts, what it finds put into sentences, and that draws masks for points and boxes. */
export async function loadDetector(bundle: Bundle<DetectorManifest>, asked: 'auto' | ExecutionDevice): Promise<Model> {
  const { manifest } = bundle;
  const { value: graphs, device, reasons } = await onFirstDevice(manifest, asked, (on) => openDetector(bundle, on));
  const sights = new Recent<Sight>(bytesOfSight);
  const sightOf = (source: SourceImage) => sights.take(source.key, async () => look(await source.raster(), graphs));
  // Kept apart from the sights: points and boxes need none, and should not wait for them.
  const ends = new Recent<readonly Look[]>(bytesOfLooks);
  return {
    name: manifest.name,
    version: manifest.version,
    device,
    deviceReasons: reasons,
    async draft(assignment, source, { scoreThreshold, checkpoint }) {
      if (assignment.task === 'reasoning' || (assignment.task === 'mgsc' && assignment.phrase !== undefined)) {
        throw new TaskError(
          `${manifest.name} finds whole things of ${manifest.classes.length} kinds: it ${
            assignment.task === 'mgsc' ? 'knows nothing of their parts' : 'answers no free questions'
          }. Choose a model that writes its own sentences, or one of the tasks gcg, panoptic, referring, and mgsc without a phrase.`,
        );
      }
      const image = await source.raster();
      const classes = classesAsked(assignment, manifest);
      const { scene, encodeMs, masksMs } = await findInstances(image, graphs, {
        ...(scoreThreshold === undefined ? {} : { scoreThreshold }),
        ...(classes === undefined ? {} : { asked: classes }),
        checkpoint,
        look: () => sightOf(source),
        lookAtEnds: (between) => ends.take(source.key, () => lookAtEnds(image, graphs, between)),
      });
      await checkpoint('compose');
      const { width, height } = image;
      return { ...describe(assignment, scene, manifest), width, height, encodeMs, generateMs: 0, masksMs };
    },
    async encode(source, checkpoint) {
      await checkpoint('encode');
      await sightOf(source);
    },
    async segment(prompt, source, checkpoint) {
      await checkpoint('encode');
      const sight = await sightOf(source);
      return promptedMask(prompt, sight, graphs, (share) => checkpoint('masks', share));
    },
    release: () => graphs.release(),
  };
}
