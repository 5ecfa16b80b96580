/** What `uscdf agreement` reports. */
import { cohensKappa, type RecordAgreement, type SegmentCounts } from './agreement.ts';
import { alignedRows } from './alignedRows.ts';

/** So many of the records that agree least are named. */
const MOST_RECORDS = 1000;
const MOST_LISTED = 20;

export interface AgreementRow extends SegmentCounts {
  readonly record: string | null;
  readonly firstPlace: AgreementPlace;
  readonly secondPlace: AgreementPlace;
  readonly agreement: number;
  readonly meanIou: number | null;
}

export interface AgreementPlace {
  readonly file: string;
  /** From 0. */
  readonly line: number;
}

export interface AgreementReport {
  readonly version: 1;
  readonly records: { readonly compared: number; readonly onlyFirst: number; readonly onlySecond: number };
  readonly phrases: SegmentCounts;
  /** Shares of phrases on whose words and mask, on whose mask, on whose words both agree; `null` where there is no phrase. */
  readonly agreement: number | null;
  readonly maskAgreement: number | null;
  readonly wordAgreement: number | null;
  /** Over what both named alike: the mean intersection over union, and the mean kappa of the pixels. */
  readonly meanIou: number | null;
  readonly pixelKappa: number | null;
  /** Cohen's kappa of whether referents are there, over those that both judged. */
  readonly presence: { readonly judged: number; readonly kappa: number | null };
  /** The records that agree least, the worst first; at most 1000. */
  readonly worst: readonly AgreementRow[];
}

/** Sums agreements up, in the memory of the worst records. */
export class AgreementCollector {
  private compared = 0;
  private readonly counts = { first: 0, second: 0, agreed: 0, otherWords: 0, otherMask: 0 };
  private readonly ious = { sum: 0, count: 0 };
  private readonly kappas = { sum: 0, count: 0 };
  private readonly verdicts: [number, number, number, number] = [0, 0, 0, 0];
  private worst: AgreementRow[] = [];

  add(record: string | null, first: AgreementPlace, second: AgreementPlace, found: RecordAgreement): void {
    this.compared++;
    for (const key of Object.keys(this.counts) as (keyof SegmentCounts)[]) this.counts[key] += found[key];
    for (const iou of found.ious) this.ious.sum += iou;
    this.ious.count += found.ious.length;
    for (const kappa of found.kappas) this.kappas.sum += kappa;
    this.kappas.count += found.kappas.length;
    for (const [i, count] of found.verdicts.entries()) this.verdicts[i]! += count;
    const { ious, kappas: _, verdicts: __, ...counts } = found;
    const own = ious.reduce((sum, iou) => sum + iou, 0);
    const meanIou = ious.length === 0 ? null : own / ious.length;
    this.worst.push({ record, firstPlace: first, secondPlace: second, ...counts, meanIou });
    if (this.worst.length >= 2 * MOST_RECORDS) this.cut();
  }

  result(onlyFirst: number, onlySecond: number): AgreementReport {
    this.cut();
    const { first, second, agreed, otherWords, otherMask } = this.counts;
    const share = (count: number) => (first + second === 0 ? null : (2 * count) / (first + second));
    return {
      version: 1,
      records: { compared: this.compared, onlyFirst, onlySecond },
      phrases: { ...this.counts },
      agreement: share(agreed),
      maskAgreement: share(agreed + otherWords),
      wordAgreement: share(agreed + otherMask),
      meanIou: mean(this.ious),
      pixelKappa: mean(this.kappas),
      presence: { judged: this.verdicts.reduce((sum, count) => sum + count, 0), kappa: cohensKappa(this.verdicts) },
      worst: this.worst,
    };
  }

  /** Equals stay in their order. */
  private cut(): void {
    this.worst.sort((a, b) => a.agreement - b.agreement || (a.meanIou ?? 1) - (b.meanIou ?? 1));
    this.worst.length = Math.min(this.worst.length, MOST_RECORDS);
  }
}

export function agreementText(report: AgreementReport): string {
  const { records, phrases, presence, worst } = report;
  const lines = alignedRows([
    ['Records compared', String(records.compared)],
    ['  only in the first', String(records.onlyFirst)],
    ['  only in the second', String(records.onlySecond)],
    ['Phrases of the first', String(phrases.first)],
    ['Phrases of the second', String(phrases.second)],
    ['  same words, same mask', String(phrases.agreed)],
    ['  same mask, other words', String(phrases.otherWords)],
    ['  same words, another mask', String(phrases.otherMask)],
    ['Agreement on words and masks', figure(report.agreement)],
    ['Agreement on masks', figure(report.maskAgreement)],
    ['Agreement on words', figure(report.wordAgreement)],
    ['Mean IoU of what both named', figure(report.meanIou)],
    ['Mean pixel kappa of that', figure(report.pixelKappa)],
    [`Kappa of presence (${presence.judged} referents)`, figure(presence.kappa)],
  ]);
  const apart = worst.filter(({ agreement, meanIou }) => agreement < 1 || (meanIou ?? 1) < 1);
  const blocks = [lines.join('\n')];
  if (apart.length > 0) blocks.push(worstText(apart));
  return `${blocks.join('\n\n')}\n`;
}

function worstText(rows: readonly AgreementRow[]): string {
  const cells = rows
    .slice(0, MOST_LISTED)
    .map((row) => [
      `${row.firstPlace.file}:${row.firstPlace.line + 1}${row.record === null ? '' : ` [${row.record}]`}`,
      figure(row.agreement),
      figure(row.meanIou),
      `${row.agreed} of ${row.first} and ${row.second}`,
    ]);
  const left = rows.length - MOST_LISTED;
  return [
    'Worst first',
    ...alignedRows([['record', 'agreement', 'mean IoU', 'agreed phrases'], ...cells]).map((line) => `  ${line}`),
    ...(left > 0 ? [`  … and ${left} more; --format json has more of them.`] : []),
  ].join('\n');
}

function mean({ sum, count }: { readonly sum: number; readonly count: number }): number | null {
  return count === 0 ? null : sum / count;
}

function figure(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}
