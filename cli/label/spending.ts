/** What a batch has asked so far. */

import type { ChatAnswer } from '../../core/labelling/chat.ts';
import { costOf, money, type Price } from '../../core/labelling/cost.ts';
import type { LabelOutcome } from './run.ts';

export class Spending {
  private requests = 0;
  private remembered = 0;
  private uncounted = 0;
  private inputTokens = 0;
  private outputTokens = 0;

  add({ inputTokens, outputTokens }: ChatAnswer, isNew: boolean): void {
    if (!isNew) {
      this.remembered++;
      return;
    }
    this.requests++;
    if (inputTokens === undefined || outputTokens === undefined) this.uncounted++;
    this.inputTokens += inputTokens ?? 0;
    this.outputTokens += outputTokens ?? 0;
  }

  /** A part of a sentence: `45 requests, 40,000 tokens in and 5,000 out, which cost about 0.150`. */
  text(price: Price | undefined): string {
    const { requests, remembered, inputTokens, outputTokens, uncounted } = this;
    const kept = remembered === 0 ? '' : `, and ${remembered} answers from the journal`;
    const asked = `${requests} ${requests === 1 ? 'request' : 'requests'}${kept}`;
    if (uncounted > 0 || requests === 0) return asked;
    const tokens = `${inputTokens.toLocaleString('en')} tokens in and ${outputTokens.toLocaleString('en')} out`;
    const cost = price === undefined ? '' : `, which cost about ${money(costOf({ inputTokens, outputTokens }, price))}`;
    return `${asked}; ${tokens}${cost}`;
  }
}

/** One line for standard output. */
export function summaryText(
  outcome: LabelOutcome,
  more: { readonly skipped: number; readonly spent: string; readonly interrupted: boolean },
): string {
  const { labelled, records, withFindings, failed, stopped } = outcome;
  const parts = [
    labelled === 0 ? 'No image labelled' : `${counted(labelled, 'image')} labelled in ${counted(records, 'record')}`,
    ...(withFindings > 0
      ? [`${counted(withFindings, 'record')} with findings left for you, see provenance.findings`]
      : []),
    ...(more.skipped > 0 ? [`${more.skipped} labelled before`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(more.spent === '' ? [] : [more.spent]),
    ...(more.interrupted
      ? ['interrupted, run the same command to go on']
      : stopped
        ? ['stopped early, run the same command to go on']
        : []),
  ];
  return `${parts.join('; ')}.`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
