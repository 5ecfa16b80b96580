/** Turns an accepted draft into the smallest edit that brings it into the file. */
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import { isObject } from '../records/isObject.ts';
import type { Position, TextEdit } from '../records/position.ts';
import { RecordModel } from '../records/recordModel.ts';
import type { RecordEdit } from '../records/sourceRecord.ts';
import { writeRecord } from '../records/writeRecord.ts';
import { fail, ok, type Result } from '../result.ts';

export interface DraftToAccept {
  readonly task: string;
  readonly question: string;
  readonly answer: string;
  /** The image's path as the record shall name it. */
  readonly image: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly masks: readonly Readonly<Record<string, unknown>>[];
  readonly negatives?: readonly string[];
  /** Of a part: the phrase that it describes, and the id of the record that holds it. */
  readonly target?: string;
  readonly parent?: string;
  /** It answers another question than the record's own: it is written as a record of its own. */
  readonly apart?: boolean;
  readonly provenance: Readonly<Record<string, unknown>>;
}

/** Whether a record waits for an answer: it has a question last, or no turn at all. */
export function waitsForAnswer(cell: RecordCell): boolean {
  const { turns } = cell.record;
  return cell.record.problems.length === 0 && (turns.length === 0 || turns[turns.length - 1]!.role === 'human');
}

/**
 * The edits that accept a draft. A record that waits for an answer gets it; else a new record is written behind the one
 * at the position, as it is for a draft that stands `apart`. The only record of a `.uscdf.json` that is no list gets a further
 * question and answer.
 */
export function acceptDraft(
  document: UscdfDocument,
  position: Position,
  draft: DraftToAccept,
): Result<readonly TextEdit[]> {
  const cell = document.cellAt(position) ?? document.cells[document.cells.length - 1];
  if (cell === undefined) return newFirstRecord(document, draft);
  const single = document.kind === 'json' && !document.text().trimStart().startsWith('[');
  const model = new RecordModel(cell.record);
  const sameImage = model.image === draft.image;
  const isApart = draft.apart === true || draft.target !== undefined;
  const intoRecord = !isApart && sameImage && model.sidecar === undefined && (waitsForAnswer(cell) || single);
  if (isApart && single) {
    return fail(
      'This file holds one record, and this draft is a record of its own: put [ and ] around the one that is there to make it a list of records, then accept.',
    );
  }
  if (!intoRecord && single) {
    return fail(
      'This file holds one record, which is about another image or keeps its masks in a sidecar: put [ and ] around it to make it a list of records.',
    );
  }
  return intoRecord ? intoExisting(document, cell, draft) : behind(document, cell, draft);
}

function intoExisting(document: UscdfDocument, cell: RecordCell, draft: DraftToAccept): Result<readonly TextEdit[]> {
  const model = new RecordModel(cell.record);
  const turns = [{ from: 'gpt', value: draft.answer }];
  if (!waitsForAnswer(cell)) turns.unshift({ from: 'human', value: draft.question });
  else if (model.turns.length === 0)
    turns.unshift({ from: 'human', value: `${placeholder(document)}\n${draft.question}` });
  const edits: RecordEdit[] = [{ kind: 'append', path: ['conversations'], values: turns }];
  if (draft.masks.length > 0 || !('masks' in model.data))
    edits.push({ kind: 'append', path: ['masks'], values: draft.masks });
  const negatives = newNegatives(model, draft);
  if (negatives.length > 0) edits.push({ kind: 'append', path: ['negatives'], values: negatives });
  const provenance = model.data['provenance'];
  if (!isObject(provenance)) edits.push({ kind: 'set', path: ['provenance'], value: draft.provenance });
  else
    for (const [key, value] of Object.entries(draft.provenance))
      edits.push({ kind: 'set', path: ['provenance', key], value });
  const made = document.edit(cell, edits);
  return made === undefined
    ? fail('This record cannot be edited where it stands: correct its errors first.')
    : ok(made);
}

/** Those of the draft that the record does not have yet, so that none stands in its list twice. */
function newNegatives({ data }: RecordModel, { negatives = [] }: DraftToAccept): readonly string[] {
  const known = data['negatives'];
  return Array.isArray(known) ? negatives.filter((each) => !known.includes(each)) : negatives;
}

function behind(document: UscdfDocument, cell: RecordCell, draft: DraftToAccept): Result<readonly TextEdit[]> {
  const written = writeDraft(document, draft, document.kind === 'json' ? indentOf(document, cell) : '');
  if (!written.ok) return written;
  const { end } = cell.range;
  const at = { start: end, end };
  if (document.kind === 'json') {
    const indent = indentOf(document, cell);
    const text = written.value.replaceAll('\n', ending(document));
    return ok([{ range: at, newText: `,${ending(document)}${indent}${text}` }]);
  }
  if (document.kind === 'jsonl') return ok([{ range: at, newText: `${ending(document)}${written.value}` }]);
  const text = document.text(cell.range);
  const open = text.endsWith('\n') || text.endsWith('\r') ? '' : ending(document);
  return ok([{ range: at, newText: open + written.value.replaceAll('\n', ending(document)) }]);
}

function newFirstRecord(document: UscdfDocument, draft: DraftToAccept): Result<readonly TextEdit[]> {
  const list = /^\s*\[\s*\]\s*$/.test(document.text());
  const written = writeDraft(document, draft, document.kind === 'json' ? '  ' : '');
  if (!written.ok) return written;
  const newText =
    document.kind === 'json'
      ? `[\n  ${written.value}\n]\n`
      : document.kind === 'jsonl'
        ? `${written.value}\n`
        : written.value;
  if (document.text().trim() !== '' && !list)
    return fail('This file holds no record that can be read: correct its errors first.');
  return ok([{ range: document.wholeRange, newText }]);
}

function writeDraft(document: UscdfDocument, draft: DraftToAccept, indent: string): Result<string> {
  const record = {
    id: freshId(document, draft.image),
    image: draft.image,
    width: draft.width,
    height: draft.height,
    task: draft.task,
    conversations: [
      { from: 'human', value: `${placeholder(document)}\n${draft.question}` },
      { from: 'gpt', value: draft.answer },
    ],
    masks: draft.masks,
    ...(draft.negatives !== undefined && draft.negatives.length > 0 && { negatives: draft.negatives }),
    ...(draft.target !== undefined && { target: draft.target }),
    ...(draft.parent !== undefined && { parent: draft.parent }),
    provenance: draft.provenance,
  };
  return writeRecord(document.kind, record, indent);
}

/** The image's name, with a number where a record has it already. */
function freshId(document: UscdfDocument, image: string): string {
  const stem = (image.split(/[\\/]/).at(-1) ?? image).replace(/\.[^.]*$/, '') || 'record';
  const taken = new Set(document.cells.map((cell) => new RecordModel(cell.record).id));
  for (let number = 1; ; number++) {
    const id = number === 1 ? stem : `${stem}-${number}`;
    if (!taken.has(id)) return id;
  }
}

function placeholder(document: UscdfDocument): string {
  return document.kind === 'uscdf' ? '<IMAGE>' : '<image>';
}

function ending(document: UscdfDocument): string {
  return document.text({ start: { line: 0, character: 0 }, end: { line: 1, character: 0 } }).endsWith('\r\n')
    ? '\r\n'
    : '\n';
}

function indentOf(document: UscdfDocument, cell: RecordCell): string {
  return /^[ \t]*/.exec(document.line(cell.start.line))![0];
}
