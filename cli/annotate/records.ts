import type { Draft } from '../../models/runtime/draft.ts';
import type { RecordFile } from './recordFile.ts';

/** A draft as a record of docs/format.md, section 2. */
export function recordOf(image: string, draft: Draft, file: RecordFile) {
  const { target } = draft;
  const parent = target === undefined ? undefined : file.rootOf(image, target);
  return {
    id: file.newId(image),
    image: file.relativeImage(image),
    width: draft.width,
    height: draft.height,
    task: draft.task,
    ...(parent === undefined ? {} : { parent, target }),
    conversations: [
      { from: 'human', value: `<image>\n${draft.question}` },
      { from: 'gpt', value: draft.answer },
    ],
    masks: draft.masks,
    ...(draft.negatives.length > 0 ? { negatives: draft.negatives } : {}),
    provenance: {
      model: `${draft.model.name}@${draft.model.version}`,
      status: 'draft',
      created: new Date().toISOString(),
      device: draft.device,
      ...(draft.notes.length > 0 ? { notes: draft.notes } : {}),
    },
  };
}
