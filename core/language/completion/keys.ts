/** The keys of a record and of the objects in it, each with the beginning of its value. */
import type { FileKind } from '../../records/document.ts';
import { jsonStyle } from '../../records/jsonStyle.ts';
import { RECORD_KEYS } from '../../records/recordModel.ts';
import type { Path } from '../../records/sourceRecord.ts';
import { RULE_CODES } from '../../rules/codes.ts';
import type { Place } from '../places/flowPlace.ts';
import type { Piece, Proposal } from './proposal.ts';

interface Key {
  readonly detail: string;
  readonly json: readonly Piece[];
  /** In a `.uscdf` header; as in JSON without this. */
  readonly yaml?: readonly Piece[];
}

const STOP: Piece = { stop: 1, text: '' };
const TEXT = { json: ['"', STOP, '"'], yaml: [STOP] } as const;
const NUMBER = { json: [STOP] } as const;
const LIST = { json: ['[', STOP, ']'] } as const;
const OBJECT = { json: ['{', STOP, '}'], yaml: ['{ ', STOP, ' }'] } as const;
const PAIR: readonly Piece[] = ['[', STOP, ', ', { stop: 2, text: '' }, ']'];

const RECORD: Readonly<Record<string, Key>> = {
  id: { detail: 'unique in its file', ...TEXT },
  image: { detail: 'path relative to this file, or a URL', ...TEXT },
  width: { detail: 'pixels', ...NUMBER },
  height: { detail: 'pixels', ...NUMBER },
  task: { detail: 'which questions and answers the record holds', ...TEXT },
  conversations: { detail: 'the turns', ...LIST },
  masks: { detail: 'one for each [SEG], in reading order; or the name of a file of masks', ...LIST },
  negatives: { detail: 'what was asked for and is not in the image', ...LIST },
  target: { detail: 'the phrase of the parent that this record is about', ...TEXT },
  parent: { detail: 'the id of the root record', ...TEXT },
  provenance: { detail: 'where the record comes from', ...OBJECT },
  lint: { detail: 'severities of rules for this record', ...OBJECT },
};
const PROVENANCE: Readonly<Record<string, Key>> = {
  dataset: { detail: 'the dataset it was made from', ...TEXT },
  sourceId: { detail: 'its id there', ...TEXT },
  model: { detail: 'the model that drafted it', ...TEXT },
  status: { detail: 'draft, accepted or rejected', ...TEXT },
};
const MASK: Readonly<Record<string, Key>> = {
  size: { detail: '[height, width] in pixels', json: PAIR },
  counts: { detail: 'COCO runs, as a text or a list', json: ['"', STOP, '"'] },
  polygons: { detail: 'rings of x, y in pixels', json: ['[[', STOP, ']]'] },
  file: { detail: 'a label map, with `value`', ...TEXT },
  value: { detail: 'the pixels of the label map that are the mask', ...NUMBER },
  label: { detail: 'what the mask shows', ...TEXT },
  score: { detail: 'how sure the model was, 0 to 1', ...NUMBER },
  bbox: { detail: '[x, y, width, height] in pixels', ...LIST },
  area: { detail: 'pixels', ...NUMBER },
  source: { detail: 'who or what drew it', ...TEXT },
};
const TURN: Readonly<Record<string, Key>> = {
  from: { detail: 'human or gpt', ...TEXT },
  value: { detail: 'the text of the turn', ...TEXT },
};

/** The keys that the object at the place lacks. `cursor` is an offset of the source. */
export function keyProposals(kind: FileKind, source: string, place: Place, cursor: number): readonly Proposal[] {
  const { written, quote, siblings } = place;
  if (quote !== undefined && (cursor === written.start || isBehind(source, place, cursor))) return [];
  const rest = source.slice(cursor, Math.min(written.end, cursor + 200));
  const end = /^[\w-]*["']?$/.test(rest) ? Math.max(written.end, cursor) : cursor;
  const replace = { start: written.start, end };
  const after = /^[ \t\r\n]*(.?)/.exec(source.slice(end, end + 200))?.[1] ?? '';
  const proposals: Proposal[] = [];
  for (const [name, key] of Object.entries(keysOf(kind, place.path))) {
    if (siblings.includes(name)) continue;
    const pieces = kind === 'uscdf' ? yamlKey(name, key, after) : jsonKey(name, key, after, source);
    const filter = quote === undefined ? name : `${quote}${name}${quote}`;
    proposals.push({ label: name, kind: 'key', detail: key.detail, replace, pieces, filter });
  }
  return proposals;
}

/** Behind the closing quote. */
function isBehind(source: string, { written, quote }: Place, cursor: number): boolean {
  return cursor === written.end && written.end - written.start > 1 && source[cursor - 1] === quote;
}

function keysOf(kind: FileKind, path: Path): Readonly<Record<string, Key>> {
  const [first, second] = path;
  if (path.length === 0) {
    const names = RECORD_KEYS.filter((name) => kind !== 'uscdf' || name !== 'conversations');
    return Object.fromEntries(names.map((name) => [name, RECORD[name] ?? { detail: '', ...TEXT }]));
  }
  if (path.length === 1 && first === 'provenance') return PROVENANCE;
  if (path.length === 1 && first === 'lint')
    return Object.fromEntries(RULE_CODES.map((code) => [code, { detail: 'a severity, or off', ...TEXT }]));
  if (path.length === 2 && typeof second === 'number') {
    if (first === 'masks') return MASK;
    if (first === 'conversations' && kind !== 'uscdf') return TURN;
  }
  return {};
}

function jsonKey(name: string, { json }: Key, after: string, source: string): readonly Piece[] {
  if (after === ':') return [`"${name}"`];
  const comma = after === '"' ? [','] : [];
  return [`"${name}"${jsonStyle(source).colon}`, ...json, ...comma];
}

function yamlKey(name: string, { json, yaml = json }: Key, after: string): readonly Piece[] {
  return after === ':' ? [name] : [`${name}: `, ...yaml];
}
