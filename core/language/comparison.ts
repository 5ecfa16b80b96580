/** A record and what was predicted for it, as one that a picture can show: the masks of both over one photograph. */
import type { PreviewMask, PreviewPart, PreviewRecord, PreviewTurn } from './previewModel.ts';

/** Colours of the palette that stay apart on most photographs, and for most eyes: blue and orange. */
const REFERENCE_COLOR = 0;
const PREDICTION_COLOR = 1;

/**
 * The reference's question and answers, then the prediction's answers. All masks of the reference have one colour, and all
 * of the prediction another; what is denied is the
 * reference's word. Phrases and masks of the prediction are counted on from the reference's, so that a number
 * below those of `phraseCount(reference)` means the same as in the reference alone.
 */
export function compareRecords(reference: PreviewRecord, prediction: PreviewRecord): PreviewRecord {
  const phrases = phraseCount(reference);
  const masks = reference.masks.length;
  const answers = prediction.turns.filter(({ role }) => role === 'gpt');
  return {
    ...reference,
    turns: [
      ...reference.turns.map((turn): PreviewTurn => (turn.role === 'gpt' ? { ...turn, speaker: 'Reference' } : turn)),
      ...answers.map(
        ({ role, parts }): PreviewTurn => ({
          role,
          speaker: 'Prediction',
          parts: parts.map((part) => movedPart(part, phrases, masks)),
        }),
      ),
    ],
    masks: [
      ...reference.masks.map((mask) => ofSide(mask, 'reference', REFERENCE_COLOR, 0)),
      ...prediction.masks.map((mask) => ofSide(mask, 'prediction', PREDICTION_COLOR, phrases)),
    ],
  };
}

/** Phrases are counted in reading order over the whole record. */
export function phraseCount({ turns }: PreviewRecord): number {
  let count = 0;
  for (const { parts } of turns)
    for (const part of parts) if (part.kind === 'phrase') count = Math.max(count, part.phrase + 1);
  return count;
}

function movedPart(part: PreviewPart, phrases: number, masks: number): PreviewPart {
  if (part.kind === 'text') return part;
  return {
    ...part,
    phrase: part.phrase + phrases,
    ...(part.mask !== undefined && { mask: part.mask + masks }),
    ...(part.masks !== undefined && { masks: part.masks.map((mask) => mask + masks) }),
  };
}

function ofSide(mask: PreviewMask, side: 'reference' | 'prediction', color: number, phrases: number): PreviewMask {
  return {
    ...mask,
    color,
    side,
    label: `${mask.label} (${side})`,
    ...(mask.phrase !== undefined && { phrase: mask.phrase + phrases }),
  };
}
