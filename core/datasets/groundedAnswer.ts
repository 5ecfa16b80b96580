/** A record's grounded caption, for formats that hold one caption with its phrases and masks. */
import { sameSize } from '../masks/geometry.ts';
import { type RunLengthMask, union } from '../masks/runLengthMask.ts';
import type { Loss, ReadRecord } from './format.ts';
import type { CaptionSpan } from './newRecord.ts';
import { untagged } from './untagged.ts';

export interface AnswerPhrase {
  /** In words with single spaces. */
  readonly text: string;
  readonly mask: RunLengthMask;
}

export interface GroundedAnswer {
  /** Without tags, with single spaces. */
  readonly caption: string;
  /** In the order of the caption, with one mask each. */
  readonly phrases: readonly AnswerPhrase[];
  /** What of the answers has no place in one caption. */
  readonly losses: readonly Loss[];
}

/** The first answer with masks, else the first one; `undefined` where the record has no answer. */
export function groundedAnswer(record: ReadRecord): GroundedAnswer | undefined {
  const answers = record.turns.map((turn, i) => ({ turn, i })).filter(({ turn }) => turn.role === 'gpt');
  const chosen = answers.find(({ i }) => record.segments.some(({ turn }) => turn === i)) ?? answers[0];
  if (chosen === undefined) return undefined;
  const losses: Loss[] = [];
  if (answers.length > 1) losses.push({ code: 'turns', message: 'Only the first answer with masks has a place here.' });
  const { text, spans } = untagged(chosen.turn.tree);
  const masks = new Map<CaptionSpan, RunLengthMask>();
  const segments = record.segments.filter(({ turn }) => turn === chosen.i);
  for (const [i, { mask }] of segments.entries()) {
    const span = spans[i];
    if (mask === undefined || span === undefined) {
      losses.push({ code: 'mask', message: `Mask ${i + 1} cannot be read, or has no phrase: it is left out.` });
      continue;
    }
    const before = masks.get(span);
    if (before !== undefined) {
      const message = `"${text.slice(span.start, span.end)}" has several [SEG], and a phrase has one mask here: they are joined.`;
      losses.push({ code: 'several-seg', message });
    }
    masks.set(span, before === undefined || !sameSize(before, mask) ? mask : union([before, mask]));
  }
  const phrases = [...masks].map(([{ start, end }, mask]) => ({ text: singleSpaced(text.slice(start, end)), mask }));
  return { caption: singleSpaced(text), phrases, losses };
}

function singleSpaced(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
