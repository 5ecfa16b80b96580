/** What drafts need to know of a file's records: which ones wait for one, and which record a draft was made for. */
import { fingerprint } from '../quality/fingerprint.ts';
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import { isObject } from '../records/isObject.ts';
import { jsonText } from '../records/jsonText.ts';
import type { Position } from '../records/position.ts';
import { RecordModel } from '../records/recordModel.ts';
import { waitsForAnswer } from './acceptDraft.ts';

/** A record as it was at some time: enough to find it again after the file was edited. */
export interface NamedRecord {
  /** Its position among the file's records, from 0. */
  readonly record: number;
  readonly id?: string;
  /** Equal as long as the image, the task, and the words of questions and answers are the same; masks may change. */
  readonly fingerprint: string;
}

/** What a draft for a record would be about. */
export interface DraftContext {
  /** The record's image, if there is a record. */
  readonly image: string | undefined;
  /** The question that waits for an answer. */
  readonly question: string | undefined;
  readonly id: string | undefined;
  /** What the record says of itself: its task, and of a part the phrase that it describes. */
  readonly task: string | undefined;
  readonly target: string | undefined;
  readonly name: NamedRecord | undefined;
  /** Where the record begins. */
  readonly position: Position | undefined;
  /** Whether the record has no answer yet: a question stands last, or nothing at all. */
  readonly waits: boolean;
  /** The words of the phrase that was asked about. */
  readonly phrase: string | undefined;
}

/** The records of a file that somebody has still to do with. */
export interface UndecidedRecords {
  /** Without an answer. */
  readonly waiting: readonly NamedRecord[];
  /** Drafts that stand in the file already, by their `provenance`. */
  readonly drafts: readonly NamedRecord[];
}

/** What a draft for the record at an index would be about; `phrase` counts over the whole record. */
export function draftContext(document: UscdfDocument, record: number, phrase?: number): DraftContext {
  const cell = document.cells[record];
  const model = cell && new RecordModel(cell.record);
  const last = model?.turns.at(-1);
  const target = model?.data['target'];
  return {
    image: model?.image,
    id: model?.id,
    question: last?.role === 'human' ? last.text : undefined,
    task: model?.task,
    target: typeof target === 'string' ? target : undefined,
    name: model && nameOf(model, record),
    position: cell?.start,
    waits: cell !== undefined && waitsForAnswer(cell),
    phrase: phrase === undefined ? undefined : model?.phrases[phrase]?.phrase.text,
  };
}

export function undecidedRecords(document: UscdfDocument): UndecidedRecords {
  const waiting: NamedRecord[] = [];
  const drafts: NamedRecord[] = [];
  for (const [record, cell] of document.cells.entries()) {
    if (isDraft(cell)) drafts.push(nameOf(new RecordModel(cell.record), record));
    else if (waitsForAnswer(cell)) waiting.push(nameOf(new RecordModel(cell.record), record));
  }
  return { waiting, drafts };
}

/**
 * The index of the record that was named once: the one that is still the same, the nearest to its old place where there are
 * several; else the one with its id. `undefined` where it is gone.
 */
export function findRecord(document: UscdfDocument, name: NamedRecord): number | undefined {
  const { cells } = document;
  const old = cells[name.record];
  if (old !== undefined && isSame(new RecordModel(old.record), name)) return name.record;
  let same: number | undefined;
  let changed: number | undefined;
  for (const [index, cell] of cells.entries()) {
    const model = new RecordModel(cell.record);
    if (model.id !== name.id) continue;
    if (isSame(model, name)) same = nearer(same, index, name.record);
    else if (name.id !== undefined) changed = nearer(changed, index, name.record);
  }
  return same ?? changed;
}

function isDraft(cell: RecordCell): boolean {
  const { value } = cell.record;
  const provenance = isObject(value) ? value['provenance'] : undefined;
  return isObject(provenance) && provenance['status'] === 'draft';
}

function nameOf(model: RecordModel, record: number): NamedRecord {
  const { id } = model;
  return { record, ...(id !== undefined && { id }), fingerprint: fingerprintOf(model) };
}

function isSame(model: RecordModel, { id, fingerprint: known }: NamedRecord): boolean {
  return model.id === id && fingerprintOf(model) === known;
}

function fingerprintOf(model: RecordModel): string {
  const { image, task, data, turns } = model;
  const about = [image, task, data['target'], data['parent'], turns.map(({ role, text }) => [role, text])];
  return fingerprint(jsonText(about) ?? '').toString(36);
}

function nearer(known: number | undefined, index: number, to: number): number {
  return known === undefined || Math.abs(index - to) < Math.abs(known - to) ? index : known;
}
