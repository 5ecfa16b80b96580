/**
 * The paper's conversion of single-reference samples (supplement C.1): a share of them asks for several referents at once, of
 * which some are there and some are not, or for absent ones only. Every sample draws its own chance from its name, so that the
 * order of samples, and which of them are converted, do not matter.
 */
import { parseAnswer } from '../../text/answer.ts';
import { readAsked } from '../../text/asked.ts';
import { withoutArticle } from '../../text/compose.ts';
import { looseKey, oneHoldsOther } from '../../text/sameReferent.ts';
import type { FormatOption, OptionValue } from '../format.ts';
import { referringAnswer } from '../newRecord.ts';
import { listQuestion, segmentQuestion } from '../questions.ts';
import { Random } from '../random.ts';
import type { KnownImage } from './absence.ts';
import type { NegativePool } from './pool.ts';

/** Something that may be asked for. */
export interface Referent {
  readonly text: string;
  /** `undefined` where the dataset itself says that it is absent. */
  readonly mask: unknown;
  /** What it shows, by any name: two that show the same are not asked for together. */
  readonly shows: string;
}

export interface ReferenceSample {
  /** Its name in the dataset: chance follows from it. */
  readonly name: string;
  readonly referent: Referent;
  /** What else can be asked for in the image, in an order that is always the same. */
  readonly others: readonly Referent[];
  readonly image: KnownImage;
}

export interface MultiReferenceOptions {
  readonly seed: number;
  /** The share of samples that become multi-reference ones, 0 to 1. */
  readonly multi: number;
  /** The share of those that ask for absent things only, 0 to 1. */
  readonly empty: number;
  readonly mostPositives: number;
  readonly mostNegatives: number;
  /** Only negatives that the image's classes prove to be absent. */
  readonly proven: boolean;
}

/** A question with its answer. */
export interface ReferenceTurn {
  readonly question: string;
  readonly answer: string;
  /** What is grounded, in the order of the `[SEG]`. */
  readonly positives: readonly Referent[];
  /** What is denied, in the order of the clause. */
  readonly negatives: readonly string[];
  readonly kind: 'single' | 'multi';
}

/** The options as a format offers them; `readMultiOptions` reads them. */
export const MULTI_REFERENCE_OPTIONS: readonly FormatOption[] = [
  {
    name: 'multi',
    description: 'The share of samples that ask for several things at once, some of them absent; 0 for none.',
    default: 0.3,
    range: [0, 1],
  },
  {
    name: 'empty',
    description: 'The share of those samples that ask for absent things only.',
    default: 0.1,
    range: [0, 1],
  },
  { name: 'most-positives', description: 'So many things that are there at most.', default: 3, range: [1, 20] },
  { name: 'most-negatives', description: 'So many absent things at most.', default: 3, range: [0, 20] },
  {
    name: 'proven',
    description: "Deny only what the dataset's classes prove to be absent from the image.",
    default: false,
  },
];

export function readMultiOptions(options: Readonly<Record<string, OptionValue>>, seed: number): MultiReferenceOptions {
  return {
    seed,
    multi: Number(options['multi']),
    empty: Number(options['empty']),
    mostPositives: Math.floor(Number(options['most-positives'])),
    mostNegatives: Math.floor(Number(options['most-negatives'])),
    proven: options['proven'] === true,
  };
}

/** A draw whose words cannot be told apart in one list is drawn again so often. */
const DRAWS = 4;

/** The turn of a sample: about its own referent alone, or about several. */
export function multiReference(
  sample: ReferenceSample,
  pool: NegativePool,
  options: MultiReferenceOptions,
): ReferenceTurn {
  const random = new Random(options.seed, `reference ${sample.name}`);
  if (random.share() < options.multi) {
    const isEmpty = random.share() < options.empty;
    for (let draw = 0; draw < DRAWS; draw++) {
      const turn = several(drawReferents(sample, pool, options, isEmpty && draw === 0, random));
      if (turn !== undefined) return turn;
    }
  }
  return single(sample.referent, random);
}

function single(referent: Referent, random: Random): ReferenceTurn {
  const isAbsent = referent.mask === undefined;
  const positives = isAbsent ? [] : [referent];
  const negatives = isAbsent ? [withoutArticle(referent.text)] : [];
  return { ...written(segmentQuestion(referent.text, random), positives, negatives), kind: 'single' };
}

/** What is asked for together, in the order of the question; one alone where there is nothing to add. */
function drawReferents(
  { referent, others, image }: ReferenceSample,
  pool: NegativePool,
  { mostPositives, mostNegatives, proven }: MultiReferenceOptions,
  isEmpty: boolean,
  random: Random,
): readonly Referent[] {
  const absent = (count: number, own: readonly Referent[]): readonly Referent[] => {
    const chosen = random.sample(own, count);
    const denied = [referent, ...chosen].filter(({ mask }) => mask === undefined).map(({ text }) => looseKey(text));
    const missing = count - chosen.length;
    // The pool may hold the same words, for it knows of other images only; as many more are drawn as may fall out.
    const drawn = missing === 0 ? [] : pool.draw(random, image, missing + denied.length, proven);
    const apart = drawn.filter((text) => !denied.some((key) => oneHoldsOther(key, looseKey(text))));
    return [...chosen, ...apart.slice(0, missing).map((text) => ({ text, mask: undefined, shows: '' }))];
  };
  const free = apartFrom(referent, random.sample(others, others.length));
  const ownAbsent = free.filter(({ mask }) => mask === undefined);
  if (isEmpty && mostNegatives > 0) {
    const start = referent.mask === undefined ? [referent] : [];
    return random.sample(
      [...start, ...absent(Math.max(1 + random.below(mostNegatives) - start.length, 0), ownAbsent)],
      mostNegatives,
    );
  }
  const present = free.filter(({ mask }) => mask !== undefined);
  const isThere = referent.mask !== undefined;
  const morePositives = Math.min(present.length, mostPositives - (isThere ? 1 : 0));
  const moreNegatives = Math.max(mostNegatives - (isThere ? 0 : 1), 0);
  const pairs = (morePositives + 1) * (moreNegatives + 1) - 1;
  if (pairs === 0) return [referent];
  // Each pair of counts but 0 and 0 is as likely as the others.
  const pair = 1 + random.below(pairs);
  const positives = present.slice(0, pair % (morePositives + 1));
  const negatives = absent(Math.floor(pair / (morePositives + 1)), ownAbsent);
  // Where nothing can be denied, something else can be asked for.
  const added =
    positives.length + negatives.length > 0
      ? [...positives, ...negatives]
      : present.slice(0, Math.min(1, morePositives));
  return random.sample([referent, ...added], 1 + added.length);
}

/** Those that show nothing twice and are told apart by their words. */
function apartFrom(referent: Referent, others: readonly Referent[]): readonly Referent[] {
  const shown = new Set([referent.shows]);
  const keys = new Set([looseKey(referent.text)]);
  return others.filter(({ text, mask, shows }) => {
    const key = looseKey(text);
    if (key === '' || keys.has(key) || (mask !== undefined && shown.has(shows))) return false;
    keys.add(key);
    if (mask !== undefined) shown.add(shows);
    return true;
  });
}

/** `undefined` where there are less than two, or where question and answer together do not tell them apart. */
function several(referents: readonly Referent[]): ReferenceTurn | undefined {
  const [first] = referents;
  if (first === undefined || (referents.length === 1 && first.mask !== undefined)) return undefined;
  const positives = referents.filter(({ mask }) => mask !== undefined);
  const negatives = referents.filter(({ mask }) => mask === undefined).map(({ text }) => withoutArticle(text));
  const turn = written(listQuestion(referents.map(({ text }) => text)), positives, negatives);
  const tree = parseAnswer(turn.answer);
  const asked = readAsked(turn.question, tree);
  const isClear = asked?.exact === true && asked.referents.length === referents.length;
  return isClear && tree.clauses.every(({ exact }) => exact) ? { ...turn, kind: 'multi' } : undefined;
}

function written(question: string, positives: readonly Referent[], negatives: readonly string[]) {
  const answer = referringAnswer(
    positives.map(({ text }) => text),
    negatives,
  );
  return { question, answer, positives, negatives };
}
