/** Moves a phrase to another one's place: those between move over by one, and each takes its masks along. */
import { applyEdits } from '../../records/position.ts';
import type { SourceTurn } from '../../records/sourceRecord.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { ViewedPhrase } from '../recordView.ts';
import { GONE } from './groundWords.ts';
import { masksOfTurn, type RecordChange, type SegMask, type ShapedRecord } from './recordChange.ts';

/** @param index The phrase. @param to The phrase whose place it takes. */
export function movePhrase(shaped: ShapedRecord, index: number, to: number): Result<RecordChange> {
  const { phrases } = shaped.view;
  const moved = phrases[index];
  if (moved === undefined || phrases[to] === undefined) return fail(GONE);
  if (index === to) return ok({ about: moved.masks[0] });
  const [first, last] = [Math.min(index, to), Math.max(index, to)];
  const slots = phrases.slice(first, last + 1);
  if (slots.some(({ phrase, masks }) => masks.length < phrase.segs.length))
    return fail('A phrase in between lacks its mask, so the masks could not follow: draw that one first.');
  const contents = [...slots];
  contents.splice(to - first, 0, ...contents.splice(index - first, 1));
  const turns = [...new Set(slots.map(({ turn }) => turn))];
  return ok({
    turns: turns.map((turn) => ({
      turn,
      text: textOf(turn, slots, contents),
      masks: masksWith(shaped, turn, slots, contents),
    })),
    about: moved.masks[0],
  });
}

/** The turn with each slot's new phrase, tags and `[SEG]` included. */
function textOf(turn: SourceTurn, slots: readonly ViewedPhrase[], contents: readonly ViewedPhrase[]): string {
  const edits = slots.flatMap((slot, i) => {
    if (slot.turn !== turn) return [];
    const newText = fittingCase(slot, contents[i]!);
    return [{ start: slot.phrase.start, end: slot.phrase.segEnd, newText }];
  });
  return applyEdits(turn.text, edits);
}

/** A phrase that leaves the beginning of a sentence loses its capital article, and one that comes there gets one. */
function fittingCase(slot: ViewedPhrase, { turn, phrase }: ViewedPhrase): string {
  const whole = turn.text.slice(phrase.start, phrase.segEnd);
  const at = whole.indexOf(phrase.text);
  const leads = beginsSentence(slot);
  if (phrase.text === '' || at < 0 || leads === beginsSentence({ turn, phrase })) return whole;
  const words = leads ? phrase.text[0]!.toUpperCase() + phrase.text.slice(1) : withoutCapital(phrase.text);
  return whole.slice(0, at) + words + whole.slice(at + phrase.text.length);
}

/** "A dog" in mid-sentence is "a dog"; other words may be names. */
function withoutCapital(words: string): string {
  return /^(?:A|An|The|Some|One|Two|Three|Four|Five|Several|Many)\s/.test(words)
    ? words[0]!.toLowerCase() + words.slice(1)
    : words;
}

function beginsSentence({ turn, phrase }: Pick<ViewedPhrase, 'turn' | 'phrase'>): boolean {
  return /(?:^|[.!?])\s*$/.test(turn.text.slice(Math.max(0, phrase.start - 10), phrase.start));
}

/** The masks of the turn's `[SEG]`, those of each slot exchanged for its new phrase's. */
function masksWith(
  shaped: ShapedRecord,
  turn: SourceTurn,
  slots: readonly ViewedPhrase[],
  contents: readonly ViewedPhrase[],
): readonly SegMask[] {
  const newMasks = new Map(slots.map(({ phrase }, i) => [phrase, contents[i]!.masks]));
  const own = masksOfTurn(shaped, turn);
  const placed = new Set<unknown>();
  const masks: SegMask[] = [];
  // A phrase without a [SEG] gets those of the one that takes its place, so slots are gone through as well as [SEG].
  const marks = [
    ...turn.tree.segs
      .filter((seg) => !seg.denied)
      .map((seg, i) => ({ at: seg.token.start, phrase: seg.phrase, mask: own[i] })),
    ...slots.filter((slot) => slot.turn === turn).map(({ phrase }) => ({ at: phrase.start, phrase, mask: undefined })),
  ].sort((a, b) => a.at - b.at);
  for (const { phrase, mask } of marks) {
    const replaced = phrase && newMasks.get(phrase);
    if (replaced === undefined) masks.push(mask);
    else if (!placed.has(phrase)) for (const each of replaced) masks.push(each);
    placed.add(phrase);
  }
  return masks;
}
