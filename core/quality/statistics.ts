/** Counts of a dataset, record by record, in the memory of the counts alone. */
import { area } from '../masks/geometry.ts';
import type { RecordModel, Severity } from '../records/recordModel.ts';
import { deniedReferents } from '../records/unanswered.ts';
import { referentKey } from '../text/compose.ts';
import { DistinctCount } from './distinctCount.ts';
import { wordsOf } from './wording.ts';

/** Upper ends of the bins of mask areas, as shares of the image; the last bin holds what is left. */
export const AREA_ENDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1] as const;
/** COCO's sizes of objects: below so many pixels one is small, medium; the others are large. */
const [SMALL, MEDIUM] = [32 ** 2, 96 ** 2];
/** A record without `task`. */
const NO_TASK = 'none';

export interface Distinct {
  readonly count: number;
  /** `false` for an estimate with a standard error of 0.4 %: there are more than 65,536. */
  readonly exact: boolean;
}

export interface AreaBin {
  /** Shares of the image: above `from`, up to and with `to`. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface RuleCount {
  readonly code: string;
  readonly severity: Severity;
  readonly findings: number;
  /** How many records have one. */
  readonly records: number;
}

export interface Statistics {
  readonly records: number;
  /** Records that do not parse; they are in no other number but in the findings. */
  readonly broken: number;
  readonly images: Distinct;
  /** Records by task, the most frequent first; `none` stands for records that name none. */
  readonly tasks: readonly { readonly task: string; readonly records: number }[];
  readonly questions: number;
  readonly answers: { readonly count: number; readonly words: number };
  readonly phrases: { readonly count: number; readonly distinct: Distinct; readonly most: number };
  readonly masks: {
    readonly count: number;
    /** Without foreground. */
    readonly empty: number;
    /** Their runs cannot be read. */
    readonly unreadable: number;
    readonly most: number;
    readonly areas: readonly AreaBin[];
    /** COCO's sizes: below 32², below 96² pixels, and the others. */
    readonly sizes: { readonly small: number; readonly medium: number; readonly large: number };
  };
  readonly negatives: { readonly records: number; readonly referents: number; readonly distinct: Distinct };
  readonly findings: readonly RuleCount[];
}

/** What is counted of a finding. */
export interface CountedFinding {
  readonly code: string;
  readonly severity: Severity;
}

/** Plain numbers, which add up. */
interface Sums {
  records: number;
  broken: number;
  questions: number;
  answers: number;
  words: number;
  phrases: number;
  masks: number;
  empty: number;
  unreadable: number;
  small: number;
  medium: number;
  large: number;
  denying: number;
  denied: number;
}

/** What a part of a dataset came to, in a form that threads can send to each other. */
export interface PartialStatistics {
  readonly sums: Readonly<Record<string, number>>;
  readonly bins: readonly number[];
  readonly mostPhrases: number;
  readonly mostMasks: number;
  readonly tasks: readonly (readonly [task: string, records: number])[];
  readonly findings: readonly RuleCount[];
  readonly images: Float64Array;
  readonly phrases: Float64Array;
  readonly negatives: Float64Array;
}

export class StatisticsCollector {
  private readonly sums: Sums = {
    records: 0,
    broken: 0,
    questions: 0,
    answers: 0,
    words: 0,
    phrases: 0,
    masks: 0,
    empty: 0,
    unreadable: 0,
    small: 0,
    medium: 0,
    large: 0,
    denying: 0,
    denied: 0,
  };
  private readonly bins: number[] = AREA_ENDS.map(() => 0);
  private mostPhrases = 0;
  private mostMasks = 0;
  private readonly tasks = new Map<string, number>();
  private readonly rules = new Map<string, { severity: Severity; findings: number; records: number }>();
  private readonly images = new DistinctCount();
  private readonly phraseKeys = new DistinctCount();
  private readonly negativeKeys = new DistinctCount();

  /** @param image What its photograph is recognised by (`imageKey`); `undefined` where it has none. */
  add(record: RecordModel, image: string | undefined, findings: readonly CountedFinding[]): void {
    this.sums.records++;
    this.addFindings(findings);
    if (record.source.problems.length > 0) {
      this.sums.broken++;
      return;
    }
    if (image !== undefined) this.images.add(image);
    add(this.tasks, record.task ?? NO_TASK, 1);
    this.addTexts(record);
    this.addMasks(record);
  }

  /** Takes in what another one has counted of other records. */
  merge(part: PartialStatistics): void {
    for (const key of Object.keys(this.sums) as (keyof Sums)[]) this.sums[key] += part.sums[key] ?? 0;
    for (const [i, count] of part.bins.entries()) this.bins[i]! += count;
    this.mostPhrases = Math.max(this.mostPhrases, part.mostPhrases);
    this.mostMasks = Math.max(this.mostMasks, part.mostMasks);
    for (const [task, records] of part.tasks) add(this.tasks, task, records);
    for (const { code, severity, findings, records } of part.findings) {
      const rule = this.rule(code, severity);
      rule.findings += findings;
      rule.records += records;
    }
    this.images.merge(part.images);
    this.phraseKeys.merge(part.phrases);
    this.negativeKeys.merge(part.negatives);
  }

  part(): PartialStatistics {
    return {
      sums: { ...this.sums },
      bins: this.bins,
      mostPhrases: this.mostPhrases,
      mostMasks: this.mostMasks,
      tasks: [...this.tasks],
      findings: this.ruleCounts(),
      images: Float64Array.from(this.images.fingerprints),
      phrases: Float64Array.from(this.phraseKeys.fingerprints),
      negatives: Float64Array.from(this.negativeKeys.fingerprints),
    };
  }

  result(): Statistics {
    const { sums } = this;
    return {
      records: sums.records,
      broken: sums.broken,
      images: this.images.result(),
      tasks: [...this.tasks]
        .map(([task, records]) => ({ task, records }))
        .sort((a, b) => b.records - a.records || compare(a.task, b.task)),
      questions: sums.questions,
      answers: { count: sums.answers, words: sums.words },
      phrases: { count: sums.phrases, distinct: this.phraseKeys.result(), most: this.mostPhrases },
      masks: {
        count: sums.masks,
        empty: sums.empty,
        unreadable: sums.unreadable,
        most: this.mostMasks,
        areas: AREA_ENDS.map((to, i) => ({ from: AREA_ENDS[i - 1] ?? 0, to, count: this.bins[i]! })),
        sizes: { small: sums.small, medium: sums.medium, large: sums.large },
      },
      negatives: { records: sums.denying, referents: sums.denied, distinct: this.negativeKeys.result() },
      findings: this.ruleCounts(),
    };
  }

  private addTexts(record: RecordModel): void {
    const { sums } = this;
    let denied = 0;
    for (const turn of record.turns) {
      if (turn.role === 'human') sums.questions++;
      if (turn.role !== 'gpt') continue;
      sums.answers++;
      sums.words += wordsOf(turn.text).length;
      for (const referent of deniedReferents(record, turn)) {
        denied++;
        this.negativeKeys.add(referentKey(referent.text));
      }
    }
    const { phrases } = record;
    for (const { phrase } of phrases) this.phraseKeys.add(referentKey(phrase.text));
    sums.phrases += phrases.length;
    this.mostPhrases = Math.max(this.mostPhrases, phrases.length);
    sums.denied += denied;
    if (denied > 0) sums.denying++;
  }

  private addMasks(record: RecordModel): void {
    const { sums } = this;
    const count = record.masks?.length ?? 0;
    sums.masks += count;
    this.mostMasks = Math.max(this.mostMasks, count);
    for (let i = 0; i < count; i++) {
      const reading = record.reading(i);
      if (!reading.ok) {
        sums.unreadable++;
        continue;
      }
      const pixels = area(reading.mask);
      if (pixels === 0) {
        sums.empty++;
        continue;
      }
      const share = pixels / (reading.mask.height * reading.mask.width);
      this.bins[AREA_ENDS.findIndex((end) => share <= end)]!++;
      if (pixels < SMALL) sums.small++;
      else if (pixels < MEDIUM) sums.medium++;
      else sums.large++;
    }
  }

  private addFindings(findings: readonly CountedFinding[]): void {
    if (findings.length === 0) return;
    const seen = new Set<string>();
    for (const { code, severity } of findings) {
      const rule = this.rule(code, severity);
      rule.findings++;
      if (!seen.has(code)) rule.records++;
      seen.add(code);
    }
  }

  private rule(code: string, severity: Severity): { findings: number; records: number } {
    const known = this.rules.get(code);
    if (known !== undefined) return known;
    const fresh = { severity, findings: 0, records: 0 };
    this.rules.set(code, fresh);
    return fresh;
  }

  private ruleCounts(): readonly RuleCount[] {
    return [...this.rules]
      .map(([code, counts]) => ({ code, ...counts }))
      .sort((a, b) => b.findings - a.findings || compare(a.code, b.code));
  }
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
