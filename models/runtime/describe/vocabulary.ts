import type { DetectorManifest } from '../manifest.ts';

/** What a word means to the model. */
export interface Noun {
  /** Indices of the classes whose finds it covers. */
  readonly classes: readonly number[];
  /**
   * `same`: the class itself. `narrower`: some of the class ("woman"), so that only absence is certain. `broader`: more than
   * the classes ("animal"), so that only presence is certain.
   */
  readonly fit: 'same' | 'narrower' | 'broader';
  /** `either` where singular and plural are one word ("sheep"). */
  readonly count: 'one' | 'many' | 'either';
}

export interface Vocabulary {
  /** Looks up words as `wordsOf` gives them. */
  lookup(words: readonly string[]): Noun | undefined;
  /** Words of the longest noun. */
  readonly longest: number;
}

/** Lower-case words without punctuation; a hyphen parts words. */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .toLowerCase()
      .replaceAll('\u2019', "'")
      .match(/[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*/gu) ?? []
  );
}

/** The nouns of a bundle; where two entries claim a word, a class's own name wins over a narrower word, and that over a group. */
export function buildVocabulary({ classes, groups = [] }: Pick<DetectorManifest, 'classes' | 'groups'>): Vocabulary {
  const nouns = new Map<string, Noun>();
  let longest = 1;
  const add = ([one, many]: readonly [string, string], indices: readonly number[], fit: Noun['fit']) => {
    const singular = wordsOf(one);
    const plural = wordsOf(many);
    const single = singular.join(' ') === plural.join(' ');
    for (const [words, count] of [
      [singular, single ? 'either' : 'one'],
      [plural, single ? 'either' : 'many'],
    ] as const) {
      const key = words.join(' ');
      if (!nouns.has(key)) nouns.set(key, { classes: indices, fit, count });
      longest = Math.max(longest, words.length);
    }
  };
  for (const [i, { name, plural, same = [] }] of classes.entries()) {
    for (const pair of [[name, plural] as const, ...same]) add(pair, [i], 'same');
  }
  for (const [i, { narrower = [] }] of classes.entries()) for (const pair of narrower) add(pair, [i], 'narrower');
  const indexOf = new Map(classes.map(({ name }, i) => [name, i]));
  for (const { name, plural, classes: members } of groups) {
    add(
      [name, plural],
      members.flatMap((member) => indexOf.get(member) ?? []),
      'broader',
    );
  }
  return { lookup: (words) => nouns.get(words.join(' ')), longest };
}
