import { type ColourName, isColourName } from './colours.ts';
import { numberOf } from './nouns.ts';
import { type Noun, type Vocabulary, wordsOf } from './vocabulary.ts';

export type Side = 'left' | 'right' | 'top' | 'bottom' | 'centre';

/** A referent as the model can take it: a noun, what can be computed from masks, and the words that it cannot judge. */
export interface Referent {
  readonly noun: Noun;
  /** More than one thing is meant. */
  readonly plural: boolean;
  readonly count?: number;
  readonly sides: readonly Side[];
  readonly size?: 'largest' | 'smallest';
  readonly colours: readonly ColourName[];
  /** In the user's words, for the note. */
  readonly ignored: readonly string[];
}

const DETERMINERS = new Set(
  'the a an this that these those all every each any some my your his her their its our'.split(' '),
);
/** Words that end a noun group; what follows belongs to another thing or to a relation. */
const GROUP_ENDS = new Set(
  (
    'on in at with of to from by for near behind under over above below beside between against inside outside around along ' +
    'next is are who that which whose where closest nearest'
  ).split(' '),
);
const PARTICIPLES = new Set(
  (
    'standing sitting walking running playing holding wearing riding eating lying laying sleeping looking jumping flying ' +
    'swimming driving parked dressed seated carrying facing surrounded covered painted made filled shown visible'
  ).split(' '),
);
const MEASURES = new Set(
  'pair pairs group groups bunch couple piece pieces slice slices row pile stack herd flock crowd lot lots'.split(' '),
);
const SIDES: Readonly<Record<string, Side>> = {
  left: 'left',
  leftmost: 'left',
  right: 'right',
  rightmost: 'right',
  top: 'top',
  upper: 'top',
  topmost: 'top',
  bottom: 'bottom',
  lower: 'bottom',
  bottommost: 'bottom',
  centre: 'centre',
  center: 'centre',
  central: 'centre',
  middle: 'centre',
};
const SIZES: Readonly<Record<string, 'largest' | 'smallest'>> = {
  largest: 'largest',
  biggest: 'largest',
  large: 'largest',
  big: 'largest',
  smallest: 'smallest',
  small: 'smallest',
  little: 'smallest',
};
const PLACE = new Set(
  'on in at to the very far side part corner half edge of this image picture photo photograph frame hand'.split(' '),
);

/**
 * Reads a referent ("the two largest dogs on the left"). The noun must end its group, as English compounds do: "dog house" is
 * no dog. `undefined` where the model does not know the noun.
 */
export function readReferent(text: string, vocabulary: Vocabulary): Referent | undefined {
  const words = withoutMeasures(wordsOf(text).slice(0, 60));
  const [group, rest] = nounGroup(words, vocabulary);
  const found = longestEnding(group, vocabulary);
  if (found === undefined) return undefined;
  const before = judge(group.slice(0, group.length - found.length));
  const place = placeOf(rest);
  const ignored = [...before.ignored, ...(place === undefined && rest.length > 0 ? [rest.join(' ')] : [])];
  const { count } = before;
  return {
    noun: found.noun,
    plural: count === undefined ? found.noun.count === 'many' : count > 1,
    ...(count === undefined ? {} : { count }),
    sides: [...before.sides, ...(place ?? [])],
    ...(before.size === undefined ? {} : { size: before.size }),
    colours: before.colours,
    ignored,
  };
}

/** The words up to the end of the noun group, and those after it. */
function nounGroup(words: readonly string[], vocabulary: Vocabulary): readonly [readonly string[], readonly string[]] {
  const end = words.findIndex((word, i) => {
    if (i === 0) return false;
    if (GROUP_ENDS.has(word)) return true;
    return PARTICIPLES.has(word) && longestEnding(words.slice(0, i), vocabulary) !== undefined;
  });
  return end < 0 ? [words, []] : [words.slice(0, end), words.slice(end)];
}

/** "a pair of scissors" as "a scissors": the thing stands behind the measure. */
function withoutMeasures(words: readonly string[]): readonly string[] {
  return words.filter((word, i) => {
    const measure = MEASURES.has(word) && words[i + 1] === 'of';
    const link = word === 'of' && MEASURES.has(words[i - 1] ?? '');
    return !measure && !link;
  });
}

function longestEnding(group: readonly string[], vocabulary: Vocabulary): { noun: Noun; length: number } | undefined {
  for (let length = Math.min(vocabulary.longest, group.length); length > 0; length--) {
    const noun = vocabulary.lookup(group.slice(group.length - length));
    if (noun !== undefined) return { noun, length };
  }
  return undefined;
}

interface Judged {
  readonly count?: number;
  readonly sides: readonly Side[];
  readonly size?: 'largest' | 'smallest';
  readonly colours: readonly ColourName[];
  readonly ignored: readonly string[];
}

function judge(words: readonly string[]): Judged {
  const counts = words.flatMap((word) => numberOf(word) ?? []);
  const sizes = words.flatMap((word) => (Object.hasOwn(SIZES, word) ? SIZES[word]! : []));
  return {
    ...(counts[0] === undefined ? {} : { count: counts[0] }),
    sides: words.flatMap((word) => (Object.hasOwn(SIDES, word) ? SIDES[word]! : [])),
    ...(sizes[0] === undefined ? {} : { size: sizes[0] }),
    colours: words.filter(isColourName),
    ignored: words.filter(
      (word) =>
        !DETERMINERS.has(word) &&
        numberOf(word) === undefined &&
        !Object.hasOwn(SIDES, word) &&
        !Object.hasOwn(SIZES, word) &&
        !isColourName(word),
    ),
  };
}

/** "on the far left side of the image" names sides; "to the left of the dog" names a relation, which is not judged. */
function placeOf(words: readonly string[]): readonly Side[] | undefined {
  const sides = words.flatMap((word) => (Object.hasOwn(SIDES, word) ? SIDES[word]! : []));
  const plain = words.every((word) => PLACE.has(word) || Object.hasOwn(SIDES, word));
  return plain && sides.length > 0 ? sides : undefined;
}
