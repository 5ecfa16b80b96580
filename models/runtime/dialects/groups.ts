import type { DialectSettings } from '../manifest/generator.ts';
import { AnswerBuilder } from './answerBuilder.ts';
import type { Dialect } from './dialect.ts';
import { finish } from './finish.ts';
import { type Lexeme, lex } from './lexer.ts';

/**
 * `the dog [SEG0][SEG1]… and the frisbee [SEG0]…`, as PixelLM writes: the tokens of a codebook, all of them in order, are one
 * mask of the words before them. A group that is not whole draws nothing.
 */
export function groupsDialect({ seg }: Extract<DialectSettings, { kind: 'groups' }>): Dialect {
  const tags = Object.fromEntries(seg.map((spelt, i) => [String(i), spelt]));
  return (generated) => {
    const builder = new AnswerBuilder(generated);
    let group = new Group(seg.length);
    const end = () => {
      if (group.begun) builder.repairs.groups++;
      group = new Group(seg.length);
    };
    for (const lexeme of lex(generated.pieces, tags)) {
      if (lexeme.kind === 'words') {
        if (lexeme.text.trim() !== '') end();
        if (!group.begun) builder.words(lexeme.text);
        continue;
      }
      if (!group.takes(lexeme)) end();
      if (!group.add(lexeme)) continue;
      const from = { kind: 'tokens', steps: group.steps } as const;
      if (!builder.unmarked(from, 'words')) builder.repairs.masks++;
      group = new Group(seg.length);
    }
    end();
    return finish(builder, generated);
  };
}

/** The tokens of one mask, as far as they have come. */
class Group {
  readonly steps: number[] = [];
  private broken = false;
  private readonly length: number;

  constructor(length: number) {
    this.length = length;
  }

  get begun(): boolean {
    return this.broken || this.steps.length > 0;
  }

  /** Whether a token is the next one of this group. */
  takes({ kind }: Lexeme): boolean {
    return !this.broken && Number(kind) === this.steps.length;
  }

  /** Adds a token; `true` where the group is whole now. */
  add(lexeme: Lexeme): boolean {
    if (!this.takes(lexeme) || lexeme.step === undefined) this.broken = true;
    else this.steps.push(lexeme.step);
    return !this.broken && this.steps.length === this.length;
  }
}
