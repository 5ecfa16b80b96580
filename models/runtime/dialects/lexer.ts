import type { Piece } from './dialect.ts';

/** A stretch of what a model wrote: words, or one of the tags that were looked for. */
export interface Lexeme {
  /** The tag's key; `words` for everything between tags. */
  readonly kind: string;
  readonly text: string;
  /**
   * The step that wrote the tag, where one token is the whole tag. A tag that was spelt letter by letter has none: no state of the
   * model stands for it.
   */
  readonly step: number | undefined;
}

/**
 * Cuts a model's answer into words and tags, in reading order. Where two tags begin at one place the longer one is taken. Line
 * breaks become spaces. Linear in the answer's length for a given set of tags.
 *
 * @param tags Spelling by key.
 */
export function lex(pieces: readonly Piece[], tags: Readonly<Record<string, string>>): readonly Lexeme[] {
  const text = pieces.map((piece) => piece.text).join('');
  const steps = new TagSteps(pieces);
  const finder = new TagFinder(text, tags);
  const lexemes: Lexeme[] = [];
  let from = 0;
  for (let tag = finder.next(0); tag !== undefined; tag = finder.next(tag.end)) {
    if (tag.start > from) lexemes.push(words(text.slice(from, tag.start)));
    const spelt = text.slice(tag.start, tag.end);
    lexemes.push({ kind: tag.kind, text: spelt, step: steps.of(tag.start, spelt) });
    from = tag.end;
  }
  if (from < text.length) lexemes.push(words(text.slice(from)));
  return lexemes;
}

function words(text: string): Lexeme {
  return { kind: 'words', text: text.replace(/[\r\n]+/g, ' '), step: undefined };
}

interface FoundTag {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** Remembers for each tag where it stands next, so that a text is looked through once for each of them. */
class TagFinder {
  private readonly text: string;
  private readonly tags: { readonly kind: string; readonly spelt: string; at: number }[];

  constructor(text: string, tags: Readonly<Record<string, string>>) {
    this.text = text;
    this.tags = Object.entries(tags)
      .filter(([, spelt]) => spelt !== '')
      .map(([kind, spelt]) => ({ kind, spelt, at: text.indexOf(spelt) }))
      .sort((a, b) => b.spelt.length - a.spelt.length);
  }

  next(from: number): FoundTag | undefined {
    let first: (typeof this.tags)[number] | undefined;
    for (const tag of this.tags) {
      if (tag.at >= 0 && tag.at < from) tag.at = this.text.indexOf(tag.spelt, from);
      if (tag.at >= 0 && (first === undefined || tag.at < first.at)) first = tag;
    }
    return first === undefined ? undefined : { kind: first.kind, start: first.at, end: first.at + first.spelt.length };
  }
}

/** Tells which token wrote a tag. Asked in reading order. */
class TagSteps {
  private readonly pieces: readonly Piece[];
  private step = 0;
  private start = 0;

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
  }

  of(at: number, spelt: string): number | undefined {
    while (this.step < this.pieces.length && this.start + this.pieces[this.step]!.text.length <= at) {
      this.start += this.pieces[this.step]!.text.length;
      this.step++;
    }
    return this.pieces[this.step]?.text.trim() === spelt ? this.step : undefined;
  }
}
