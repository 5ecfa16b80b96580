/** Words that the user selected in the caption, as a place that a shape edit can name. */
import type { WordsPlace } from '../../core/language/shaping/shapeEdit.ts';

export interface SelectedWords {
  readonly words: WordsPlace;
  readonly text: string;
}

/**
 * The selected words where they lie in one part of an answer, without the white space around them; nothing where the selection is
 * empty, touches a phrase or an absent referent, or lies elsewhere.
 */
export function selectedWords(caption: HTMLElement, selection: Selection | null): SelectedWords | undefined {
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  if (!caption.contains(range.startContainer) || !caption.contains(range.endContainer)) return undefined;
  const start = placeOf(range.startContainer, range.startOffset);
  const end = placeOf(range.endContainer, range.endOffset);
  if (start === undefined || end === undefined || start.turn !== end.turn || start.part !== end.part) return undefined;
  const text = range.toString();
  // A selection that runs over an absent referent has other letters than the part between its ends.
  if (text.length !== end.at - start.at || text.trim() === '') return undefined;
  const lead = text.length - text.trimStart().length;
  const words = {
    turn: start.turn,
    part: start.part,
    start: start.at + lead,
    end: start.at + lead + text.trim().length,
  };
  return { words, text: text.trim() };
}

function placeOf(node: Node, offset: number): { turn: number; part: number; at: number } | undefined {
  const holder = (node instanceof HTMLElement ? node : node.parentElement)?.closest<HTMLElement>('[data-from]');
  if (holder == null) return undefined;
  const { turn, part, from } = holder.dataset;
  // In the element itself an offset counts its children, of which there is one text.
  const inText = node instanceof Text ? offset : offset === 0 ? 0 : (holder.textContent?.length ?? 0);
  return { turn: Number(turn), part: Number(part), at: Number(from) + inText };
}
