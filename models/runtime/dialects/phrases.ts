import type { DialectSettings } from '../manifest/generator.ts';
import { AnswerBuilder } from './answerBuilder.ts';
import type { Dialect, Generated } from './dialect.ts';
import { finish } from './finish.ts';
import { type Lexeme, lex } from './lexer.ts';

/** `<p> dog </p> [SEG]`, USCDF's own grammar, as MGLMM, GLaMM, OMG-LLaVA and Sa2VA write it, mistakes included. */
export function phrasesDialect({ open, close, seg }: Extract<DialectSettings, { kind: 'phrases' }>): Dialect {
  return (generated) => {
    const reader = new PhraseReader(generated);
    for (const lexeme of lex(generated.pieces, { open, close, seg })) reader.read(lexeme);
    return finish(reader.end(), generated);
  };
}

/** Only this may stand between a phrase and its mask; it then stands behind the mask. */
const MARKS = /^[\s.,;:!?]*$/;

class PhraseReader {
  private readonly builder: AnswerBuilder;
  /** Words since a `<p>` that is still open. */
  private open: string | undefined;
  /** A phrase that was closed and waits for its mask, and the marks behind it. */
  private closed: { readonly words: string; marks: string } | undefined;

  constructor(generated: Generated) {
    this.builder = new AnswerBuilder(generated);
  }

  read({ kind, text, step }: Lexeme): void {
    switch (kind) {
      case 'open':
        this.dropOpen();
        this.dropClosed();
        this.open = '';
        break;
      case 'close':
        this.close();
        break;
      case 'seg':
        this.seg(step);
        break;
      default:
        this.words(text);
    }
  }

  end(): AnswerBuilder {
    this.dropOpen();
    this.dropClosed();
    return this.builder;
  }

  private words(text: string): void {
    if (this.open !== undefined) this.open += text;
    else if (this.closed !== undefined && MARKS.test(text)) this.closed.marks += text;
    else {
      this.dropClosed();
      this.builder.words(text);
    }
  }

  private close(): void {
    if (this.open === undefined) {
      this.builder.repairs.tags++;
      return;
    }
    this.dropClosed();
    this.closed = { words: this.open, marks: '' };
    this.open = undefined;
  }

  private seg(step: number | undefined): void {
    const { builder } = this;
    if (step === undefined) {
      builder.repairs.spelt++;
      return;
    }
    const from = { kind: 'tokens', steps: [step] } as const;
    const words = this.open ?? this.closed?.words;
    const marks = this.closed?.marks ?? '';
    if (this.open !== undefined) builder.repairs.tags++;
    this.open = undefined;
    this.closed = undefined;
    if ((words === undefined || !builder.phrase(words, from)) && !builder.unmarked(from, 'referents'))
      builder.repairs.masks++;
    builder.words(marks);
  }

  private dropOpen(): void {
    if (this.open === undefined) return;
    this.builder.repairs.tags++;
    this.builder.words(this.open);
    this.open = undefined;
  }

  private dropClosed(): void {
    if (this.closed === undefined) return;
    this.builder.repairs.phrases++;
    this.builder.words(this.closed.words + this.closed.marks);
    this.closed = undefined;
  }
}
