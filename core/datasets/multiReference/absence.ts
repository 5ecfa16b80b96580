/** Whether something can be said to be absent from an image, by all that is known of the image. */
import { isScenery, type Things, thingsOf } from './things.ts';

/**
 * `contradicted`: something that is known of the image may be it. `generic`: its words fit nearly every image. `likely`: nothing
 * that is known speaks for it. `proven`: it is named by classes that were looked for in the image, and none was found.
 */
export type Verdict = 'contradicted' | 'generic' | 'likely' | 'proven';

/** All that is known of an image: the names of its annotations, and every expression for something in it. */
export class KnownImage {
  private readonly marks = new Set<string>();

  /**
   * @param texts Labels and expressions.
   * @param lookedFor What was annotated wherever it is: the dataset's classes (`classThings`).
   */
  constructor(
    texts: Iterable<string>,
    private readonly lookedFor: ReadonlySet<string>,
  ) {
    for (const text of texts) for (const mark of thingsOf(text).marks) this.marks.add(mark);
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
