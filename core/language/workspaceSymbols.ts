/** Finds records and phrases by their names, over many files. */
import type { RecordCell } from '../records/document.ts';
import type { Range, Span } from '../records/position.ts';
import type { SourceRecord } from '../records/sourceRecord.ts';
import { RecordView } from './recordView.ts';

export interface WorkspaceSymbol {
  readonly kind: 'record' | 'phrase';
  readonly name: string;
  /** The id of a phrase's record; empty for a record. */
  readonly container: string;
  readonly range: Range;
}

/** More results than these are not looked through by anybody. */
export const MAX_FOUND_SYMBOLS = 200;
/** A name is compared up to here. */
const MAX_NAME_LENGTH = 200;

interface Named extends Omit<WorkspaceSymbol, 'range'> {
  readonly span: Span;
}

const remembered = new WeakMap<SourceRecord, readonly Named[]>();

/** The names in a record: its id, and the words of its phrases. Worked out once a record. */
function namesOf(source: SourceRecord): readonly Named[] {
  const known = remembered.get(source);
  if (known !== undefined) return known;
  const names = source.problems.length > 0 ? [] : collectNames(source);
  remembered.set(source, names);
  return names;
}

function collectNames(source: SourceRecord): readonly Named[] {
  const view = new RecordView(source, undefined);
  const id = view.model.id ?? '';
  const names: Named[] = [];
  if (id !== '') names.push({ kind: 'record', name: shorten(id), container: '', span: source.locate(['id']) });
  for (const placed of view.phrases) {
    const name = shorten(placed.phrase.text);
    if (name !== '') names.push({ kind: 'phrase', name, container: shorten(id), span: view.wordsSpan(placed) });
  }
  return names;
}

/** Every name of a record with its place in the file. */
export function symbolsOf(cell: RecordCell): readonly WorkspaceSymbol[] {
  return namesOf(cell.record).map((named) => placed(cell, named));
}

/** Gathers the best matches of a query among names that are offered one by one. */
export class SymbolSearch<Place> {
  private readonly query: string;
  private readonly matches: {
    readonly score: number;
    readonly place: Place;
    readonly symbol: () => WorkspaceSymbol;
  }[] = [];

  constructor(query: string) {
    this.query = query.slice(0, MAX_NAME_LENGTH).toLowerCase();
  }

  offer(place: Place, symbol: WorkspaceSymbol): void {
    const score = matchScore(this.query, symbol.name);
    if (score !== undefined) this.matches.push({ score, place, symbol: () => symbol });
  }

  offerCell(place: Place, cell: RecordCell): void {
    for (const named of namesOf(cell.record)) {
      const score = matchScore(this.query, named.name);
      if (score !== undefined) this.matches.push({ score, place, symbol: () => placed(cell, named) });
    }
  }

  /** The best ones first, of equal ones in the order in which they were offered. */
  best(): readonly (WorkspaceSymbol & { readonly place: Place })[] {
    return this.matches
      .sort((a, b) => a.score - b.score)
      .slice(0, MAX_FOUND_SYMBOLS)
      .map(({ place, symbol }) => ({ ...symbol(), place }));
  }
}

/**
 * How far a name is from a query in lower case, 0 for the name itself; `undefined` where the query's letters do not stand in it
 * in this order.
 */
export function matchScore(query: string, name: string): number | undefined {
  if (query.length > name.length) return undefined;
  const lower = name.toLowerCase();
  const at = lower.indexOf(query);
  const rest = (name.length - query.length) / MAX_NAME_LENGTH;
  if (at === 0) return rest;
  if (at > 0) return (isWordStart(lower, at) ? 2 : 4) + rest;
  let from = 0;
  for (let i = 0; i < query.length; i++) {
    const found = lower.indexOf(query[i]!, from);
    if (found < 0) return undefined;
    from = found + 1;
  }
  return 6 + rest;
}

function isWordStart(name: string, at: number): boolean {
  return ' -_/.'.includes(name[at - 1]!);
}

function placed(cell: RecordCell, { span, ...named }: Named): WorkspaceSymbol {
  return { ...named, range: cell.rangeOf(span) };
}

function shorten(name: string): string {
  return name.length > MAX_NAME_LENGTH ? name.slice(0, MAX_NAME_LENGTH) : name;
}
