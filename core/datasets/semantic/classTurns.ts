/**
 * Questions about the classes of an image, a class each, or several at once with absent ones by the paper's conversion
 * (supplement C.1). Each class is grounded once in a record, so that no mask stands twice in it.
 */
import type { FormatOption, OptionValue } from '../format.ts';
import { classThings, KnownImage } from '../multiReference/absence.ts';
import {
  MULTI_REFERENCE_OPTIONS,
  type MultiReferenceOptions,
  multiReference,
  type ReferenceTurn,
  type Referent,
  readMultiOptions,
} from '../multiReference/multiReference.ts';
import { NegativePool } from '../multiReference/pool.ts';
import { Random } from '../random.ts';

/** A class, or a part of one, with all its pixels in the image. */
export interface ClassItem {
  /** As it is asked for. */
  readonly text: string;
  /** The class, by its name in the dataset. */
  readonly name: string;
  readonly mask: unknown;
}

export const CLASS_OPTIONS: readonly FormatOption[] = [
  {
    name: 'classes',
    description: 'So many classes of an image at most, by chance, as the loaders take 3; 0 for all.',
    default: 0,
    range: [0, 10_000],
  },
  ...MULTI_REFERENCE_OPTIONS,
];

export interface ClassTurns {
  readonly turns: readonly { readonly question: string; readonly answer: string }[];
  readonly masks: readonly unknown[];
  readonly negatives: readonly string[];
}

/** Writes the turns of images of one dataset. */
export class ClassQuestions {
  private readonly pool: NegativePool;
  private readonly lookedFor: ReadonlySet<string>;
  private readonly multi: MultiReferenceOptions;
  private readonly most: number;

  /** @param names The words for all classes of the dataset: what may be denied. */
  constructor(
    names: readonly string[],
    options: Readonly<Record<string, OptionValue>>,
    private readonly seed: number,
  ) {
    this.pool = NegativePool.ofClasses(names);
    this.lookedFor = classThings(names);
    this.multi = readMultiOptions(options, seed);
    this.most = Math.floor(Number(options['classes']));
  }

  /**
   * The turns of an image, in the order of its classes but for those that are asked for together.
   *
   * @param image The image's name: chance follows from it.
   * @param items All that is in the image, each class once.
   * @param alsoThere Words for what else is known to be in it, which is not to be denied.
   * @param absent What the set itself says is not in it, instead of all its classes.
   */
  turns(
    image: string,
    items: readonly ClassItem[],
    alsoThere: readonly string[] = [],
    absent?: readonly string[],
  ): ClassTurns {
    const pool = absent === undefined ? this.pool : NegativePool.ofClasses(absent);
    const known = new KnownImage([...items.flatMap(({ text, name }) => [text, name]), ...alsoThere], this.lookedFor);
    const turns: ReferenceTurn[] = [];
    let open = this.chosen(image, items).map(({ text, name, mask }): Referent => ({ text, mask, shows: name }));
    while (open.length > 0) {
      const [referent, ...others] = open as [Referent, ...Referent[]];
      const sample = { name: `${image} ${referent.shows}`, referent, others, image: known };
      const turn = multiReference(sample, pool, this.multi);
      turns.push(turn);
      // A question for absent things only leaves the class to be asked for.
      if (!turn.positives.includes(referent)) turns.push(multiReference(sample, pool, { ...this.multi, multi: 0 }));
      const done = new Set([referent, ...turn.positives]);
      open = open.filter((each) => !done.has(each));
    }
    return {
      turns: turns.map(({ question, answer }) => ({ question, answer })),
      masks: turns.flatMap(({ positives }) => positives.map(({ mask }) => mask)),
      negatives: [...new Set(turns.flatMap(({ negatives }) => negatives))],
    };
  }

  private chosen(image: string, items: readonly ClassItem[]): readonly ClassItem[] {
    if (this.most === 0 || items.length <= this.most) return items;
    const some = new Set(new Random(this.seed, `classes ${image}`).sample(items, this.most));
    return items.filter((item) => some.has(item));
  }
}
