/** Values that the format fixes, or that other places of the record and the file know. */
import type { RecordCell, UscdfDocument } from '../../records/document.ts';
import { RecordModel, SEVERITIES, type TASKS } from '../../records/recordModel.ts';
import type { Path } from '../../records/sourceRecord.ts';
import { unansweredReferents } from '../../records/unanswered.ts';
import { namesFor, oneLine } from './names.ts';
import type { CompletionKind, Field, Proposal } from './proposal.ts';

/** The roots of a subtree stand near it: so many records before it are looked at. */
const NEARBY_RECORDS = 200;

interface Value {
  readonly text: string;
  readonly detail: string;
  readonly kind: CompletionKind;
}

const fixed = (values: Readonly<Record<string, string>>): readonly Value[] =>
  Object.entries(values).map(([text, detail]) => ({ text, detail, kind: 'value' }));

const TASK_DETAILS: Readonly<Record<(typeof TASKS)[number], string>> = {
  semantic: 'segment a class',
  referring: 'segment what a phrase refers to',
  reasoning: 'a free question',
  panoptic: 'all the objects',
  gcg: 'a caption with masks',
  mgsc: 'captions of several levels',
  region: 'a caption of a region',
};
const TASK_VALUES = fixed(TASK_DETAILS);
const STATUS = fixed({ draft: 'waits for a person', accepted: 'a person agreed', rejected: 'a person refused' });
const SPEAKERS = fixed({ human: 'a question', gpt: 'an answer' });
const SEVERITY = SEVERITIES.map((text): Value => ({ text, detail: 'severity', kind: 'value' }));

/** What can stand as the value at a path; its whole text is replaced. */
export function valueProposals(
  document: UscdfDocument,
  cell: RecordCell,
  model: RecordModel,
  path: Path,
  field: Field,
): readonly Proposal[] {
  const typed = field.text.slice(0, field.cursor);
  return valuesAt(document, cell, model, path, typed).map(({ text, detail, kind }) => ({
    label: text,
    kind,
    detail,
    replace: { start: 0, end: field.text.length },
    pieces: [text],
  }));
}

function valuesAt(
  document: UscdfDocument,
  cell: RecordCell,
  model: RecordModel,
  path: Path,
  typed: string,
): readonly Value[] {
  const [first, second, third] = path;
  switch (path.length) {
    case 1:
      if (first === 'task') return TASK_VALUES;
      if (first === 'parent') return roots(document, cell, model);
      return first === 'target' ? targets(document, cell, model) : [];
    case 2:
      if (first === 'provenance' && second === 'status') return STATUS;
      if (first === 'lint') return SEVERITY;
      return first === 'negatives' ? negatives(model) : [];
    case 3:
      if (first === 'conversations' && third === 'from') return SPEAKERS;
      return first === 'masks' && third === 'label' && typeof second === 'number' ? labels(model, second, typed) : [];
    default:
      return [];
  }
}

/** The records before this one, the nearest first, that parse. */
function nearby(document: UscdfDocument, cell: RecordCell): readonly RecordModel[] {
  const at = document.cells.indexOf(cell);
  const before = document.cells.slice(Math.max(0, at - NEARBY_RECORDS), Math.max(0, at)).reverse();
  return before.filter(({ record }) => record.problems.length === 0).map(({ record }) => new RecordModel(record));
}

/** Records of the same image first; one that has a parent itself is no root. */
function roots(document: UscdfDocument, cell: RecordCell, model: RecordModel): readonly Value[] {
  const candidates = nearby(document, cell).filter((root) => root.id && root.data['parent'] === undefined);
  const same = candidates.filter((root) => root.image === model.image);
  const others = candidates.filter((root) => root.image !== model.image);
  return [...same, ...others].map((root): Value => ({ text: root.id!, detail: root.image ?? '', kind: 'record' }));
}

function targets(document: UscdfDocument, cell: RecordCell, model: RecordModel): readonly Value[] {
  const { parent } = model.data;
  const root = nearby(document, cell).find((candidate) => candidate.id === parent);
  const phrases = new Set(root?.phrases.map(({ phrase }) => phrase.text).filter((text) => text !== ''));
  return [...phrases].map((text): Value => ({ text, detail: 'a phrase of the parent', kind: 'phrase' }));
}

/** What the clauses deny, then what nobody answered. */
function negatives(model: RecordModel): readonly Value[] {
  const listed = Array.isArray(model.data['negatives']) ? model.data['negatives'] : [];
  const denied = model.answers.flatMap(({ tree }) =>
    tree.clauses.filter(({ certain }) => certain).flatMap(({ referents }) => referents.map(({ text }) => text)),
  );
  const open = model.answers.flatMap((answer) => unansweredReferents(model, answer).map(({ text }) => text));
  const names = [...new Set([...denied, ...open])].filter((text) => !listed.includes(text));
  return names.map((text): Value => ({ text, detail: 'asked for', kind: 'phrase' }));
}

/** The words of the phrase that the mask belongs to, then class names. */
function labels(model: RecordModel, index: number, typed: string): readonly Value[] {
  const own = oneLine(model.segs[index]?.seg.phrase?.text);
  return namesFor(typed, [], own === '' ? [] : [own]).map(({ text, detail, isClass }): Value => {
    return isClass ? { text, detail, kind: 'className' } : { text, detail: 'the phrase of this mask', kind: 'phrase' };
  });
}
