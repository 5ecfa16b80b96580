/**
 * What can be written at a place of a file: in answers and questions, as keys and as values of a record. A record that
 * does not parse is completed as far as it can be guessed.
 */
import { getNodeValue, parseTree } from 'jsonc-parser';
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import { JsonRecord } from '../records/jsonRecord.ts';
import { contains, type Position } from '../records/position.ts';
import { RecordModel, type Resources } from '../records/recordModel.ts';
import type { Path } from '../records/sourceRecord.ts';
import { answerProposals } from './completion/answer.ts';
import { sourceField, turnField, valueField } from './completion/fields.ts';
import { keyProposals } from './completion/keys.ts';
import { speakerProposals } from './completion/lines.ts';
import { filesAt, type ListFolder, pathProposals } from './completion/paths.ts';
import { type CompletionItem, type CompletionList, type Field, type Proposal, toItem } from './completion/proposal.ts';
import { questionProposals } from './completion/question.ts';
import { valueProposals } from './completion/values.ts';
import type { FormatOptions } from './format.ts';
import { placeAt } from './places/place.ts';

/** A longer list is cut, and asked for again when more is typed. */
export const MAX_ITEMS = 200;
/** A record that does not parse is guessed at up to this nesting: the guess recurses. */
const MAX_GUESSED_DEPTH = 100;

export interface CompletionOptions {
  readonly format: FormatOptions;
  /** The editor knows stops of the cursor. */
  readonly snippets: boolean;
  readonly resources?: Resources | undefined;
  /** The character that made the editor ask; without it somebody asked, or types a word. */
  readonly trigger?: string | undefined;
  /** Without it no files are offered. */
  readonly listFolder?: ListFolder | undefined;
}

interface Offer {
  readonly field: Field;
  readonly proposals: readonly Proposal[];
}

const NOTHING: CompletionList = { items: [], isIncomplete: false };

export async function completion(
  document: UscdfDocument,
  position: Position,
  options: CompletionOptions,
): Promise<CompletionList> {
  const cell = document.cellAt(position);
  if (cell === undefined) return NOTHING;
  const offset = cell.offsetAt(position);
  if (offset < 0 || offset > cell.source.length) return NOTHING;
  const offers = await offersAt(document, cell, offset, options);
  const items: CompletionItem[] = [];
  let isIncomplete = false;
  for (const { field, proposals } of offers) {
    for (const proposal of proposals) {
      const range = cell.rangeOf(field.locate(proposal.replace));
      // An editor takes a completion around the cursor only, and on one line.
      if (range.start.line !== range.end.line || !contains(range, position)) continue;
      if (items.length >= MAX_ITEMS) isIncomplete = true;
      else items.push(toItem(proposal, field, range, { rank: items.length, snippets: options.snippets }));
    }
  }
  return { items, isIncomplete };
}

async function offersAt(
  document: UscdfDocument,
  cell: RecordCell,
  offset: number,
  options: CompletionOptions,
): Promise<readonly Offer[]> {
  const { kind } = document;
  const place = placeAt(kind, cell.source, offset);
  if (place === undefined) return textOffers(document, cell, offset, options);
  if (place.part === 'between') return [];
  if (place.part === 'key') {
    const proposals = keyProposals(kind, cell.source, place, offset);
    return [{ field: sourceField(cell.source, offset), proposals }];
  }
  const field = valueField(kind, cell.source, place, offset);
  if (field === undefined) return [];
  const model = modelOf(document, cell, options.resources);
  const index = turnIndex(place.path);
  if (index !== undefined)
    return place.quote === undefined
      ? []
      : [{ field, proposals: turnProposals(document, model, index, field, options) }];
  const files = filesAt(place.path);
  if (files === undefined) return [{ field, proposals: valueProposals(document, cell, model, place.path, field) }];
  if (options.listFolder === undefined) return [];
  return [{ field, proposals: await pathProposals(field, files, options.listFolder) }];
}

/** The turns of a `.uscdf`. */
function textOffers(
  document: UscdfDocument,
  cell: RecordCell,
  offset: number,
  options: CompletionOptions,
): readonly Offer[] {
  const offers: Offer[] = [];
  const speakers = speakerProposals(cell.source, offset);
  if (speakers.length > 0) offers.push({ field: sourceField(cell.source, offset), proposals: speakers });
  const found = turnField(cell, offset);
  if (found === undefined) return offers;
  const model = modelOf(document, cell, options.resources);
  const proposals = turnProposals(document, model, found.index, found.field, options);
  const offer: Offer = { field: found.field, proposals };
  // On an empty line behind a turn the next one is likelier than a further sentence.
  return /^\s*(?:<image>\s*)?$/i.test(found.field.text) ? [offer, ...offers] : [...offers, offer];
}

function turnProposals(
  { kind }: UscdfDocument,
  model: RecordModel,
  index: number,
  { text, cursor }: Field,
  { format, trigger }: CompletionOptions,
): readonly Proposal[] {
  const place = { kind, model, index, text, cursor, format, unasked: trigger === ' ' };
  const role = model.turns.find((turn) => turn.index === index)?.role;
  if (role === 'human') return questionProposals(place);
  return role === 'gpt' ? answerProposals(place) : [];
}

/** The item of the conversation whose text stands at a path. */
function turnIndex([first, second, third, ...others]: Path): number | undefined {
  const isText = first === 'conversations' && third === 'value' && others.length === 0;
  return isText && typeof second === 'number' ? second : undefined;
}

function modelOf(document: UscdfDocument, cell: RecordCell, resources: Resources | undefined): RecordModel {
  const { record } = cell;
  if (record.problems.length === 0 || document.kind === 'uscdf') return new RecordModel(record, resources);
  return new RecordModel(new JsonRecord(guessed(cell.source)), resources);
}

/** The record that a broken text seems to mean. Only its values count; its places are its own. */
function guessed(source: string): string {
  if (nestsTooDeep(source)) return '{}';
  const tree = parseTree(source, [], { allowTrailingComma: true });
  return JSON.stringify(tree === undefined ? {} : getNodeValue(tree)) ?? '{}';
}

function nestsTooDeep(source: string): boolean {
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const code = source.charCodeAt(i);
    if (code === 91 || code === 123) {
      if (++depth > MAX_GUESSED_DEPTH) return true;
    } else if ((code === 93 || code === 125) && depth > 0) depth--;
  }
  return false;
}
