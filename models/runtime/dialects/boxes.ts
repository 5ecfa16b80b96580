import type { DialectSettings } from '../manifest/generator.ts';
import { AnswerBuilder } from './answerBuilder.ts';
import type { Dialect, Generated, MaskSource } from './dialect.ts';
import { finish } from './finish.ts';
import { type Lexeme, lex } from './lexer.ts';

type BoxSettings = Extract<DialectSettings, { kind: 'boxes' }>;
type PixelBox = readonly [left: number, top: number, right: number, bottom: number];

/**
 * `<phrase> a dog</phrase><object><patch_index_0044><patch_index_0863></object>`, as Kosmos-2 writes: the first and the last
 * cell of a box on a grid over the whole photograph, several boxes parted by a token of their own. The model goes on from its
 * prompt (`<grounding> An image of`, `<grounding><phrase> a dog</phrase>`), so the prompt is read along.
 */
export function boxesDialect(settings: BoxSettings): Dialect {
  const cells = patchTags(settings);
  const { phraseOpen, phraseClose, objectOpen, objectClose, separator } = settings;
  const tags = { phraseOpen, phraseClose, objectOpen, objectClose, separator };
  return (generated) => {
    const reader = new BoxReader(generated, settings.grid);
    for (const lexeme of [...promptOf(generated, tags), ...lex(generated.pieces, tags)]) {
      if (lexeme.kind !== 'words') reader.read(lexeme);
      else for (const part of cells(lexeme.text)) reader.read(part);
    }
    return finish(reader.end(), generated);
  };
}

/** A prompt that ends in a colon is an order, not the beginning of an answer. */
function promptOf({ asked }: Generated, tags: Readonly<Record<string, string>>): readonly Lexeme[] {
  return asked.trimEnd().endsWith(':') ? [] : lex([{ tokenId: 0, text: asked }], tags);
}

const PLACE = /\{(\d) digits\}/;

/** Cuts the tokens of cells, `<patch_index_0044>`, out of words: there are a thousand of them, and one pattern. */
function patchTags({ patch }: BoxSettings): (text: string) => readonly Lexeme[] {
  const place = PLACE.exec(patch);
  const before = place === null ? patch : patch.slice(0, place.index);
  const after = place === null ? '' : patch.slice(place.index + place[0].length);
  const digits = Number(place?.[1] ?? 0);
  return (text) => {
    const lexemes: Lexeme[] = [];
    let from = 0;
    for (let at = text.indexOf(before); at >= 0 && digits > 0; at = text.indexOf(before, at + 1)) {
      const number = text.slice(at + before.length, at + before.length + digits);
      const end = at + before.length + digits + after.length;
      if (!/^\d+$/.test(number) || number.length < digits || !text.startsWith(after, end - after.length)) continue;
      if (at > from) lexemes.push(words(text.slice(from, at)));
      lexemes.push({ kind: 'patch', text: number, step: undefined });
      from = end;
    }
    if (from < text.length) lexemes.push(words(text.slice(from)));
    return lexemes;
  };
}

function words(text: string): Lexeme {
  return { kind: 'words', text, step: undefined };
}

class BoxReader {
  private readonly builder: AnswerBuilder;
  private readonly generated: Generated;
  private readonly grid: number;
  /** Words since a `<phrase>` that is still open. */
  private open: string | undefined;
  /** A phrase that was closed and waits for its boxes. */
  private closed: string | undefined;
  /** The cells of an `<object>` that is still open, a list a box. */
  private object: number[][] | undefined;

  constructor(generated: Generated, grid: number) {
    this.builder = new AnswerBuilder(generated);
    this.generated = generated;
    this.grid = grid;
  }

  read({ kind, text }: Lexeme): void {
    switch (kind) {
      case 'phraseOpen':
        this.drop();
        this.open = '';
        break;
      case 'phraseClose':
        this.closePhrase();
        break;
      case 'objectOpen':
        this.closeObject();
        this.object = [[]];
        break;
      case 'objectClose':
        this.closeObject();
        break;
      case 'separator':
        this.object?.push([]);
        break;
      case 'patch':
        this.object?.at(-1)?.push(Number(text));
        break;
      default:
        this.words(text);
    }
  }

  end(): AnswerBuilder {
    this.drop();
    return this.builder;
  }

  private words(text: string): void {
    if (this.open !== undefined) this.open += text;
    else if (text.trim() !== '' || this.object === undefined) {
      // Words inside an object are none of it: it ended without its tag.
      this.closeObject();
      if (text.trim() !== '') this.dropClosed();
      if (this.closed === undefined) this.builder.words(text);
    }
  }

  private closePhrase(): void {
    if (this.open === undefined) {
      this.builder.repairs.tags++;
      return;
    }
    this.closed = this.open;
    this.open = undefined;
  }

  private closeObject(): void {
    if (this.object === undefined) return;
    const boxes = this.object.flatMap((cells) => this.boxOf(cells));
    this.object = undefined;
    if (boxes.length === 0) return;
    const phrase = this.open ?? this.closed;
    if (this.open !== undefined) this.builder.repairs.tags++;
    this.open = undefined;
    this.closed = undefined;
    this.own(phrase, { kind: 'boxes', boxes });
  }

  private own(phrase: string | undefined, from: MaskSource): void {
    if (phrase === undefined) {
      if (!this.builder.unmarked(from, 'referents')) this.builder.repairs.masks++;
      return;
    }
    // A phrase brings the space before it along: `by<phrase> a fire</phrase>`.
    if (phrase.startsWith(' ')) this.builder.words(' ');
    if (!this.builder.phrase(phrase, from)) this.builder.repairs.masks++;
  }

  /**
   * The box of its first and last cell. Kosmos-2 means the cells' centres, but of boxes one cell wide or high their borders
   * (Microsoft's `decode_string.py`, as `transformers` has it).
   */
  private boxOf(cells: readonly number[]): readonly PixelBox[] {
    const { grid } = this;
    const [first, last] = cells;
    if (cells.length === 0) return [];
    const column = (cell: number) => cell % grid;
    const row = (cell: number) => Math.floor(cell / grid);
    const whole = cells.length === 2 && first! < grid * grid && last! < grid * grid;
    if (!whole || column(last!) < column(first!) || row(last!) < row(first!)) {
      this.builder.repairs.boxes++;
      return [];
    }
    const thin = column(first!) === column(last!) || row(first!) === row(last!);
    const [inset, outset] = thin ? [0, 1] : [0.5, 0.5];
    const across = this.generated.width / grid;
    const down = this.generated.height / grid;
    return [
      [
        (column(first!) + inset) * across,
        (row(first!) + inset) * down,
        (column(last!) + outset) * across,
        (row(last!) + outset) * down,
      ],
    ];
  }

  private drop(): void {
    this.closeObject();
    if (this.open !== undefined) {
      this.builder.repairs.tags++;
      this.builder.words(this.open);
      this.open = undefined;
    }
    this.dropClosed();
  }

  private dropClosed(): void {
    if (this.closed === undefined) return;
    this.builder.repairs.phrases++;
    this.builder.words(this.closed);
    this.closed = undefined;
  }
}
