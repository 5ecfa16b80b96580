import { nounPhraseBefore } from '../../../core/text/nounPhrase.ts';
import { looseKey, oneHoldsOther } from '../../../core/text/sameReferent.ts';
import type { Generated, MaskSource } from './dialect.ts';
import type { Part } from './parts.ts';
import { plainWords } from './plainWords.ts';

/** What had to be left out or mended, counted. */
export interface Repairs {
  /** Tags without their partner. */
  tags: number;
  /** Phrases that own no mask: their words stay. */
  phrases: number;
  /** Masks for which there are no words. */
  masks: number;
  /** Masks that were spelt in letters rather than written as their token. */
  spelt: number;
  /** Masks whose words were taken from the text before them. */
  guessed: number;
  /** Masks that got a word which says nothing. */
  unnamed: number;
  /** Boxes that lie outside the grid, or end before they begin. */
  boxes: number;
  /** Groups of mask tokens that are not whole. */
  groups: number;
}

/** Stands for a mask of which neither question nor answer says what it shows. */
export const UNNAMED = 'object';

/** Collects an answer's words and phrases, and finds words for masks that come without. */
export class AnswerBuilder {
  readonly parts: Part[] = [];
  readonly repairs: Repairs = { tags: 0, phrases: 0, masks: 0, spelt: 0, guessed: 0, unnamed: 0, boxes: 0, groups: 0 };
  private readonly generated: Generated;
  /** Referents that no mask stands for so far, in the question's order. */
  private readonly open: string[];

  constructor(generated: Generated) {
    this.generated = generated;
    this.open = [...generated.referents];
  }

  words(text: string): void {
    const last = this.parts.at(-1);
    if (text === '') return;
    if (last?.kind === 'words') this.parts[this.parts.length - 1] = { kind: 'words', text: last.text + text };
    else this.parts.push({ kind: 'words', text });
  }

  /** A phrase with its mask; `false`, and nothing is added, where the words are none. */
  phrase(text: string, from: MaskSource): boolean {
    const words = plainWords(text).trim();
    if (words === '') return false;
    this.close(words);
    this.parts.push({ kind: 'phrase', text: words, from });
    return true;
  }

  /**
   * A mask whose words are not marked. They are those right before it, where they name what was asked for or nothing was; else the
   * next referent of the question.
   *
   * @param prefers `words`: the words before it come first, whatever was asked for.
   */
  unmarked(from: MaskSource, prefers: 'words' | 'referents'): boolean {
    const before = this.nounsBefore();
    if (
      before !== undefined &&
      (prefers === 'words' || this.generated.referents.length === 0 || this.asksFor(before.text))
    ) {
      this.cutTail(before.start);
      this.repairs.guessed++;
      return this.phrase(before.text, from);
    }
    const next = this.open[0];
    return next !== undefined && this.phrase(next, from);
  }

  /** A mask of which nobody says what it shows. */
  unnamed(from: MaskSource): void {
    this.repairs.unnamed++;
    this.phrase(UNNAMED, from);
  }

  /** The noun phrase that the answer ends with so far. */
  private nounsBefore(): { readonly text: string; readonly start: number } | undefined {
    const last = this.parts.at(-1);
    if (last?.kind !== 'words') return undefined;
    const text = plainWords(last.text);
    const span = nounPhraseBefore(text, text.trimEnd().length);
    if (span === undefined) return undefined;
    this.parts[this.parts.length - 1] = { kind: 'words', text };
    return { text: text.slice(span.start, span.end), start: span.start };
  }

  private cutTail(start: number): void {
    const last = this.parts.at(-1);
    if (last?.kind === 'words') this.parts[this.parts.length - 1] = { kind: 'words', text: last.text.slice(0, start) };
  }

  private asksFor(words: string): boolean {
    const key = looseKey(words);
    return this.generated.referents.some((referent) => oneHoldsOther(looseKey(referent), key));
  }

  /** The referent that a phrase stands for is answered. */
  private close(words: string): void {
    const key = looseKey(words);
    const exact = this.open.findIndex((referent) => looseKey(referent) === key);
    const index = exact >= 0 ? exact : this.open.findIndex((referent) => oneHoldsOther(looseKey(referent), key));
    if (index >= 0) this.open.splice(index, 1);
  }
}
