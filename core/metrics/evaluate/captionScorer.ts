import { cider } from '../text/cider.ts';
import type { MeteorModules } from '../text/meteor/matches.ts';
import { meteorStatistics } from '../text/meteor/meteor.ts';
import { addStatistics, noStatistics, type Statistics, scoreOf } from '../text/meteor/statistics.ts';
import { tokenisedCaption } from '../text/tokenise.ts';
import type { CaptionTexts } from './work.ts';

/** What is kept of the captions of an image. Plain data. */
export interface CaptionMeasure {
  /** Tokenised, so that CIDEr can count over all of them; absent where CIDEr is not wanted. */
  readonly tokens?: CaptionTexts;
  /** METEOR's statistics for the best reference; absent where METEOR is not wanted. */
  readonly meteor?: Statistics;
}

/** Means over a set; undefined where they were not wanted. */
export interface CaptionScores {
  /** 0 to 1. */
  readonly meteor: number | undefined;
  /** 0 to 10. */
  readonly cider: number | undefined;
}

/** Does what can be done of the caption scores image by image. */
export class CaptionScorer {
  private made: MeteorModules | undefined;

  /** `modules` gives METEOR's tables when the first caption is scored; without it that score is left out. */
  constructor(
    private readonly wantsCider: boolean,
    private readonly modules: (() => MeteorModules) | undefined,
  ) {}

  measure({ hypothesis, references }: CaptionTexts): CaptionMeasure {
    const tokens = { hypothesis: tokenisedCaption(hypothesis), references: references.map(tokenisedCaption) };
    const modules = this.meteorModules();
    const statistics = modules && meteorStatistics(tokens, modules);
    return { ...(this.wantsCider && { tokens }), ...(statistics !== undefined && { meteor: statistics }) };
  }

  private meteorModules(): MeteorModules | undefined {
    this.made ??= this.modules?.();
    return this.made;
  }
}

/** The scores of a set. CIDEr's document frequencies are those of the references of these images. */
export function captionScores(images: readonly CaptionMeasure[]): CaptionScores {
  const tokens = images.flatMap((image) => image.tokens ?? []);
  const statistics = images.flatMap((image) => image.meteor ?? []);
  const sums = noStatistics();
  for (const each of statistics) addStatistics(sums, each);
  return {
    meteor: statistics.length === 0 ? undefined : scoreOf(sums),
    cider: tokens.length === 0 ? undefined : cider(tokens).score,
  };
}
