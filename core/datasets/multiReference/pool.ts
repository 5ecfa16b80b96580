/** Where negatives are drawn from: expressions of other images, or the names of classes. */
import { withoutArticle } from '../../text/compose.ts';
import type { Random } from '../random.ts';
import type { KnownImage, Verdict } from './absence.ts';
import { canBeDenied } from './denial.ts';
import { type Things, thingsOf } from './things.ts';

/** What drawing takes: a referent that may be denied. */
export interface Candidate {
  readonly text: string;
  readonly things: Things;
}

/** In smaller pools every candidate is looked at; in larger ones so many draws a negative are made. */
const SMALL = 300;
const DRAWS = 60;
const [SHORTEST, LONGEST] = [2, 80];
/** What would part a list, or end a question, has no place in one. */
const UNLISTED =
  /[^\p{L}\p{N} '’./-]| (?:and|or|but|nor) |^(?:all|every|each|everything|anything|of) |\b(?:image|picture|photo|pic)\b|\. /iu;

export class NegativePool {
  /** Sorted, so that the order in which they were found does not matter. */
  private readonly candidates: readonly Candidate[];

  private constructor(
    texts: Iterable<string>,
    private readonly areClasses: boolean,
  ) {
    const known = new Map<string, Candidate>();
    for (const each of texts) {
      const text = withoutArticle(each.replace(/\s+/g, ' ').trim());
      if (known.has(text) || text.length < SHORTEST || text.length > LONGEST || UNLISTED.test(text)) continue;
      const things = thingsOf(text);
      if ((things.named.length > 0 || areClasses) && canBeDenied(text)) known.set(text, { text, things });
    }
    this.candidates = [...known.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
  }

  /** Expressions; those that name nothing, such as "left one", are left out. */
  static ofExpressions(texts: Iterable<string>): NegativePool {
    return new NegativePool(texts, false);
  }

  /** Names of classes that are annotated wherever they are. */
  static ofClasses(names: Iterable<string>): NegativePool {
    return new NegativePool(names, true);
  }

  get size(): number {
    return this.candidates.length;
  }

  /**
   * So many referents that nothing known of the image speaks for, each of something else; fewer where there are not enough.
   *
   * @param provenOnly Only what the image's classes prove to be absent.
   */
  draw(random: Random, image: KnownImage, count: number, provenOnly: boolean): readonly string[] {
    const drawn: Candidate[] = [];
    for (const candidate of this.some(random, count)) {
      if (drawn.length === count) break;
      if (image.names(candidate.text, candidate.things)) continue;
      const verdict = image.judge(candidate.things);
      if (this.isSure(verdict, provenOnly) && drawn.every((other) => areApart(other, candidate))) drawn.push(candidate);
    }
    return drawn.map(({ text }) => text);
  }

  private isSure(verdict: Verdict, provenOnly: boolean): boolean {
    if (verdict === 'contradicted') return false;
    return this.areClasses || verdict === 'proven' || (verdict === 'likely' && !provenOnly);
  }

  private *some(random: Random, count: number): Generator<Candidate> {
    if (this.candidates.length <= SMALL) {
      yield* random.sample(this.candidates, this.candidates.length);
      return;
    }
    for (let i = 0; i < count * DRAWS; i++) yield this.candidates[random.below(this.candidates.length)]!;
  }
}

function areApart(one: Candidate, other: Candidate): boolean {
  return one.things.marks.every((mark) => !other.things.marks.includes(mark));
}
