import type { Metric } from '../masks/accumulator.ts';
import { type ApEntry, averagePrecision } from '../masks/ap.ts';
import type { MaskExample } from '../masks/example.ts';
import { type GeneralisedEntry, type GeneralisedExample, generalisedReferring } from '../masks/generalised.ts';
import { type MeanIouEntry, meanIou } from '../masks/miou.ts';
import { type PanopticEntry, panopticQuality } from '../masks/panoptic.ts';
import { maskRecall, type RecallEntry } from '../masks/recall.ts';
import { type ReferringEntry, referring } from '../masks/referring.ts';
import { type SemanticEntry, semanticQuality } from '../masks/semantic.ts';
import type { TextSimilarity } from '../masks/textSimilarity.ts';
import type { CaptionMeasure, CaptionScorer } from './captionScorer.ts';
import type { NamedCategory } from './categories.ts';
import { classExample } from './classExample.ts';
import { type Plan, wants } from './plan.ts';
import type { CaptionSet, CaptionWork, Pair, PanopticWork, ReferringSet, ReferringWork } from './work.ts';

/** What is kept of a pair: plain data, so that a worker thread can post it. */
export interface Measured extends Omit<Pair, 'work'> {
  readonly caption?: MeasuredCaption;
  readonly referring?: MeasuredReferring;
  readonly panoptic?: MeasuredPanoptic;
}

export interface MeasuredCaption {
  readonly set: CaptionSet;
  readonly ap?: ApEntry;
  readonly miou?: MeanIouEntry;
  readonly recall?: RecallEntry;
  readonly texts?: CaptionMeasure;
}

export interface MeasuredReferring {
  readonly set: ReferringSet;
  readonly overlaps: readonly ReferringEntry[];
  readonly generalised: readonly GeneralisedEntry[];
}

export interface MeasuredPanoptic {
  readonly entry: PanopticEntry;
  /** One segment a class, as the paper's own script has it. */
  readonly classes: SemanticEntry;
  readonly categories: readonly NamedCategory[];
}

/** Computes what every metric of a plan keeps of a pair. */
export class Measurer {
  private readonly ap: Metric<MaskExample, ApEntry, unknown> | undefined;
  private readonly miou: Metric<MaskExample, MeanIouEntry, unknown>;
  private readonly recall: Metric<MaskExample, RecallEntry, unknown> | undefined;
  private readonly generalised: Metric<GeneralisedExample, GeneralisedEntry, unknown>;

  /** Without a scorer of captions these are not looked at. */
  constructor(
    private readonly plan: Plan,
    similarity: TextSimilarity,
    private readonly captions: CaptionScorer | undefined,
  ) {
    const { protocol } = plan;
    this.ap = wants(plan, 'ap', 'ap50') ? averagePrecision(protocol) : undefined;
    this.miou = meanIou(protocol);
    this.recall = wants(plan, 'recall') ? maskRecall(protocol, similarity) : undefined;
    this.generalised = generalisedReferring(protocol, 'rela');
  }

  measure({ work, ...pair }: Pair): Measured {
    switch (work?.kind) {
      case 'caption':
        return { ...pair, caption: this.caption(work) };
      case 'referring':
        return { ...pair, referring: this.referring(work) };
      case 'panoptic':
        return { ...pair, panoptic: this.panoptic(work) };
      default:
        return pair;
    }
  }

  private caption({ set, masks, texts, apOnly = false, wordless = false }: CaptionWork): MeasuredCaption {
    const recall = wordless ? undefined : this.recall;
    const captions = wordless ? undefined : this.captions;
    return {
      set,
      ...(masks !== undefined && this.ap !== undefined && { ap: this.ap.measure(masks) }),
      // Its overlaps are known by now, and tell which records are worst whatever was asked for.
      ...(masks !== undefined && !apOnly && { miou: this.miou.measure(masks) }),
      ...(masks?.labels !== undefined && recall !== undefined && { recall: recall.measure(masks) }),
      ...(texts !== undefined && captions !== undefined && { texts: captions.measure(texts) }),
    };
  }

  private panoptic({ example, categories, classes }: PanopticWork): MeasuredPanoptic {
    const { protocol } = this.plan;
    const entry = panopticQuality(protocol, categories).measure(example);
    const ofClasses = classExample(example, classes);
    return { entry, categories, classes: semanticQuality(protocol, classes.length).measure(ofClasses) };
  }

  private referring({ set, expressions }: ReferringWork): MeasuredReferring {
    return {
      set,
      overlaps: expressions.map((expression) => this.overlap(expression)),
      generalised: expressions.map((expression) => this.generalised.measure(expression)),
    };
  }

  private overlap({ id, order, targets, predictions, noTarget, saysNoTarget }: GeneralisedExample): ReferringEntry {
    const example = { id, order, targets: targets.map((mask) => [mask]), predictions };
    const entry = referring(this.plan.protocol, 'joined').measure(example);
    // Nothing was asked for and nothing drawn, but not by an answer: there was none.
    const isMissing = noTarget && !saysNoTarget && predictions.length === 0;
    return isMissing ? { ...entry, iouSum: 0 } : entry;
  }
}
