/** A draft as a record of its own: to show it, to let a person edit it, and to read it back. */
import { previewRecord } from '../../core/language/preview.ts';
import type { PreviewRecord } from '../../core/language/previewModel.ts';
import { UscdfDocument } from '../../core/records/document.ts';
import { isObject } from '../../core/records/isObject.ts';
import { JsonRecord } from '../../core/records/jsonRecord.ts';
import { RecordModel } from '../../core/records/recordModel.ts';
import { writeFile } from '../../core/records/writeRecord.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import type { StoredDraft } from './storedDraft.ts';

/** The draft as the preview shows it. */
export function previewOf(stored: StoredDraft): PreviewRecord {
  const { draft, record } = stored;
  const source = new JsonRecord(JSON.stringify(recordOf(stored, draft.image)));
  return previewRecord(source, record?.record ?? 0, [], undefined);
}

/** The draft as a `.uscdf.json` of one record; `image` is the photograph's path as that file shall name it. */
export function textOf(stored: StoredDraft, image: string): string {
  const text = writeFile('json', [recordOf(stored, image)]);
  // JSON can say whatever a draft holds.
  if (!text.ok) throw new Error(text.message);
  return text.value;
}

/** The draft with what a person made of its text, or why it cannot be taken over. */
export function readEdited(text: string, stored: StoredDraft): Result<StoredDraft> {
  const { cells, problems } = new UscdfDocument('json', text);
  const [problem] = [...problems, ...cells.flatMap((cell) => cell.record.problems)];
  if (problem !== undefined)
    return fail(`The text of the draft cannot be read (${problem.message}): correct it, then save.`);
  const [cell, ...others] = cells;
  if (cell === undefined || others.length > 0)
    return fail('The text of a draft is one record: take out what else there is, then save.');
  const { data, turns } = new RecordModel(cell.record);
  const [question, answer] = turns;
  if (turns.length !== 2 || question?.role !== 'human' || answer?.role !== 'gpt')
    return fail('A draft is one question and one answer: take out the other turns, then save.');
  const { masks = [], negatives = [] } = data;
  if (!Array.isArray(masks) || !masks.every(isObject))
    return fail('The masks of a draft stand in its own list "masks": put them there, then save.');
  const draft = {
    ...stored.draft,
    question: question.text.replace(/<image>/i, '').trim(),
    answer: answer.text,
    masks: masks.map((mask) => ({ ...mask })),
    negatives: Array.isArray(negatives) ? negatives.filter((each) => typeof each === 'string') : [],
  };
  return ok({ ...stored, draft, edited: stored.edited || JSON.stringify(draft) !== JSON.stringify(stored.draft) });
}

function recordOf({ draft, record, model, created }: StoredDraft, image: string) {
  const { task, question, answer, width, height, masks, negatives } = draft;
  return {
    id: record?.id ?? draft.image,
    image,
    width,
    height,
    task,
    conversations: [
      { from: 'human', value: `<image>\n${question}` },
      { from: 'gpt', value: answer },
    ],
    masks,
    ...(negatives.length > 0 && { negatives }),
    provenance: { model: `${model.name}@${model.version}`, status: 'draft', created },
  };
}
