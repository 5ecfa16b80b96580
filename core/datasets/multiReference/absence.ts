/** Whether something can be said to be absent from an image, by all that is known of the image. */
import { looseKey } from '../../text/sameReferent.ts';
import { isScenery, type Things, thingsOf } from './things.ts';

/**
 * `contradicted`: something that is known of the image may be it. `generic`: its words fit nearly every image. `likely`: nothing
 * that is known speaks for it. `proven`: it is named by classes that were looked for in the image, and none was found.
 */
export type Verdict = 'contradicted' | 'generic' | 'likely' | 'proven';

/** All that is known of an image: the names of its annotations, and every expression for something in it. */
export class KnownImage {
  private readonly marks = new Set<string>();
  /** Each text as a whole, and each of its words. */
  private readonly words = new Set<string>();

  /**
   * @param texts Labels and expressions.
   * @param lookedFor What was annotated wherever it is: the dataset's classes (`classThings`).
   */
  constructor(
    texts: Iterable<string>,
    private readonly lookedFor: ReadonlySet<string>,
  ) {
    for (const text of texts) {
      for (const mark of thingsOf(text).marks) this.marks.add(mark);
      const key = looseKey(text);
      this.words.add(key);
      for (const word of key.split(' ')) this.words.add(word);
    }
  }

  /**
   * Whether something known is called so. Names that tell nothing by their words ("ceiling" and "painting" look like verbs,
   * "light" like a colour) are so already where one of their words is.
   */
  names(text: string, { marks }: Things): boolean {
    const key = looseKey(text);
    return this.words.has(key) || (marks.length === 0 && key.split(' ').some((word) => this.words.has(word)));
  }

  judge({ named, marks }: Things): Verdict {
    for (const mark of marks) if (this.marks.has(mark)) return 'contradicted';
    if (named.length > 0 && named.every((name) => this.lookedFor.has(name))) return 'proven';
    return named.some((name) => this.lookedFor.has(name) || !isScenery(name)) ? 'likely' : 'generic';
  }
}

/** The things that a dataset's classes name. */
export function classThings(names: Iterable<string>): ReadonlySet<string> {
  const things = new Set<string>();
  for (const name of names) for (const thing of thingsOf(name).named) things.add(thing);
  return things;
}
