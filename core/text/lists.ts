/**
 * Takes a sentence's list apart: `A`, `A and B`, `A, B and C`, `A, B, and C`. Commas and "and" inside quotes and
 * parentheses part nothing. A bare "and" may join two items or stand inside one ("salt and pepper shaker"): what is known
 * of the items decides, else the last one joins. Linear in the text.
 */
import { referentKey } from './compose.ts';
import { articleEnd, isSpace, isWordCode, skipSpace, skipSpaceBack, wordEnd } from './words.ts';

export interface ListItem {
  readonly text: string;
  /** UTF-16 offsets into the text that was split. */
  readonly start: number;
  readonly end: number;
}

/** What stands before an atom: nothing, a comma, a comma with "and" or "or", or one of these words alone. */
type Joint = 'none' | 'comma' | 'commaAnd' | 'and' | 'or';

/** The shortest stretches that a list can be cut into. */
interface Atom {
  readonly start: number;
  readonly end: number;
  readonly joint: Joint;
}

/** So many atoms at most make one item: "the man in black and white and the hat". */
const LONGEST_ITEM = 6;
/** A list with more bare "and" than this is read in the default way only. */
const MOST_JOINTS = 8;

/**
 * The items of a list in reading order, without the commas and the joining "and".
 *
 * @param known Keys (`referentKey`) of items that the list may hold: stretches that are one of them stay whole.
 */
export function splitList(text: string, known?: ReadonlySet<string>): readonly ListItem[] {
  const atoms = readAtoms(text);
  if (atoms.length === 1) return [itemOf(text, atoms, 0, 1)];
  return known === undefined || known.size === 0 ? plainItems(text, atoms) : knownItems(text, atoms, known);
}

/**
 * Every way in which a list can be read, the default one first: its commas part items always, of the bare "and" one, none
 * or all.
 */
export function listReadings(text: string): readonly (readonly ListItem[])[] {
  const atoms = readAtoms(text);
  const byDefault = plainItems(text, atoms);
  const joints = atoms.flatMap((atom, i) => (atom.joint === 'and' || atom.joint === 'or' ? [i] : []));
  if (joints.length === 0 || joints.length > MOST_JOINTS) return [byDefault];
  const readings = [byDefault, ...joints.map((joint) => itemsAt(text, atoms, (i) => i === joint))];
  readings.push(itemsAt(text, atoms, () => false));
  if (joints.length > 1) readings.push(itemsAt(text, atoms, () => true));
  return readings;
}

function plainItems(text: string, atoms: readonly Atom[]): readonly ListItem[] {
  const joint = joiningAnd(text, atoms);
  return itemsAt(text, atoms, (i) => i === joint);
}

/** The items where commas part, and such bare "and" as a reading takes for a joint. */
function itemsAt(text: string, atoms: readonly Atom[], joins: (atom: number) => boolean): readonly ListItem[] {
  const items: ListItem[] = [];
  let from = 0;
  for (let i = 1; i <= atoms.length; i++) {
    if (i < atoms.length && !isComma(atoms[i]!.joint) && !joins(i)) continue;
    if (from < i) items.push(itemOf(text, atoms, from, i));
    from = i;
  }
  return items;
}

/** Stretches that are known stay whole, the longest first; the others are read in the default way. */
function knownItems(text: string, atoms: readonly Atom[], known: ReadonlySet<string>): readonly ListItem[] {
  const items: ListItem[] = [];
  let from = 0;
  for (let i = 0; i <= atoms.length; ) {
    const end = i < atoms.length ? knownEnd(text, atoms, i, known) : i;
    if (end === undefined) {
      i++;
      continue;
    }
    for (const item of unknownItems(text, atoms, from, i)) items.push(item);
    if (i === atoms.length) break;
    items.push(itemOf(text, atoms, i, end));
    i = end;
    from = end;
  }
  return items;
}

function knownEnd(text: string, atoms: readonly Atom[], from: number, known: ReadonlySet<string>): number | undefined {
  for (let end = Math.min(atoms.length, from + LONGEST_ITEM); end > from; end--) {
    if (known.has(referentKey(text.slice(atoms[from]!.start, atoms[end - 1]!.end)))) return end;
  }
  return undefined;
}

/** The default reading of the atoms between two known items, or behind the last one. */
function unknownItems(text: string, atoms: readonly Atom[], from: number, to: number): readonly ListItem[] {
  if (from === to) return [];
  // A list has one joining "and": where it stands before or behind this stretch, those inside belong to an item.
  const joined = to < atoms.length || (from > 0 && atoms[from]!.joint !== 'comma');
  const part = atoms.slice(from, to);
  const joint = joined ? -1 : joiningAnd(text, part);
  return itemsAt(text, part, (i) => i === joint);
}

/**
 * The atom that the joining "and" stands before; -1 where a comma with "and" does it, or nothing. It is the last one; in a
 * list whose items bring articles ("the man and the woman in black and white") the last one before an article. A bare "or"
 * joins only what commas part before it: "the red or blue car" is one thing.
 */
function joiningAnd(text: string, atoms: readonly Atom[]): number {
  let group = atoms.length - 1;
  while (group > 0 && !isComma(atoms[group]!.joint)) group--;
  if (group > 0 && atoms[group]!.joint === 'commaAnd') return -1;
  let last = -1;
  let beforeArticle = -1;
  for (let i = group + 1; i < atoms.length; i++) {
    if (atoms[i]!.joint === 'or' && group === 0) continue;
    last = i;
    if (hasArticle(text, atoms[i]!)) beforeArticle = i;
  }
  return beforeArticle >= 0 && hasArticle(text, atoms[0]!) ? beforeArticle : last;
}

function isComma(joint: Joint): boolean {
  return joint === 'comma' || joint === 'commaAnd';
}

function hasArticle(text: string, { start, end }: Atom): boolean {
  const behind = articleEnd(text, start);
  return behind > start && behind < end;
}

function itemOf(text: string, atoms: readonly Atom[], from: number, to: number): ListItem {
  const { start } = atoms[from]!;
  const { end } = atoms[to - 1]!;
  return { text: text.slice(start, end), start, end };
}

const NO_JOINT: Joint = 'none';

/** Cuts a list at each comma and each bare "and" or "or". */
function readAtoms(text: string): readonly Atom[] {
  if (!text.includes(',') && !mayHoldConjunction(text)) return wholeAtom(text);
  return new AtomReader(text).read();
}

/** Most lists hold one thing. */
function wholeAtom(text: string): readonly Atom[] {
  const start = skipSpace(text, 0);
  const end = Math.max(start, skipSpaceBack(text, text.length));
  return start === end ? [] : [{ start, end, joint: NO_JOINT }];
}

function mayHoldConjunction(text: string): boolean {
  return text.includes('nd') || text.includes('ND') || text.includes('or') || text.includes('OR');
}

class AtomReader {
  private readonly atoms: Atom[] = [];
  private start = 0;
  private joint: Joint = NO_JOINT;
  /** Openers whose closer does not come any more, so that nobody looks for it again. */
  private unclosed = '';

  constructor(private readonly text: string) {}

  read(): readonly Atom[] {
    const { text } = this;
    for (let i = 0; i < text.length; ) {
      const code = text.charCodeAt(i);
      if (code < 128 && MAY_PART[code] === 0) i++;
      else if (code === 44) i = this.cut(i, this.conjunctionEnd(skipSpace(text, i + 1)), 'comma');
      else i = isSpace(code) ? this.atSpace(i) : this.skipEnclosed(i);
    }
    this.add(text.length);
    return this.atoms;
  }

  private atSpace(at: number): number {
    const word = skipSpace(this.text, at);
    const end = this.conjunctionEnd(word);
    return end === word || end === this.text.length ? word : this.cut(at, end, this.conjunction(word));
  }

  /** Ends an atom at `at`; the next one begins behind its separator, which ends at `next`. */
  private cut(at: number, next: number, joint: Joint): number {
    const withWord = joint === 'comma' && next > skipSpace(this.text, at + 1);
    // Two separators in a row (", , and") are one; the last one says the most.
    if (this.add(at) || this.atoms.length > 0) this.joint = withWord ? 'commaAnd' : joint;
    this.start = next;
    return next;
  }

  private add(end: number): boolean {
    const start = skipSpace(this.text, this.start);
    const trimmed = skipSpaceBack(this.text, end);
    if (start >= trimmed) return false;
    this.atoms.push({ start, end: trimmed, joint: this.joint });
    return true;
  }

  private conjunction(at: number): Joint {
    return (this.text.charCodeAt(at) | 32) === 111 ? 'or' : 'and';
  }

  /** Behind the "and" or "or" that begins here and the space after it; `at` itself where there is none. */
  private conjunctionEnd(at: number): number {
    const first = this.text.charCodeAt(at) | 32;
    if (first !== 97 && first !== 111) return at;
    const end = wordEnd(this.text, at, first === 97 ? 'and' : 'or');
    return end >= 0 && isSpace(this.text.charCodeAt(end)) ? skipSpace(this.text, end) : at;
  }

  /** Steps over what stands in quotes or parentheses; over one character where nothing is enclosed. */
  private skipEnclosed(at: number): number {
    const opener = this.text[at]!;
    const closer = CLOSERS[opener];
    if (closer === undefined || this.unclosed.includes(opener)) return at + 1;
    // An inch sign behind a number (`a 15" screen`) opens nothing.
    if (opener === '"' && at > 0 && isWordCode(this.text.charCodeAt(at - 1))) return at + 1;
    const end = this.text.indexOf(closer, at + 1);
    if (end < 0) this.unclosed += opener;
    return end < 0 ? at + 1 : end + 1;
  }
}

/** Characters that may part items, or open what parts none. */
const MAY_PART = new Uint8Array(128);
for (const character of ', \t\n\v\f\r"(') MAY_PART[character.charCodeAt(0)] = 1;

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '"': '"', '\u201c': '\u201d', '\u00ab': '\u00bb' };
