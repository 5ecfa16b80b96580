/** An answer as plain text, and where its phrases then stand. */
import type { AnswerTree, Seg } from '../text/tree.ts';
import type { CaptionSpan } from './newRecord.ts';

/**
 * The text without tags and `[SEG]`, and for each `[SEG]` to which a mask belongs the words of its phrase; `undefined` for one
 * without a phrase. Offsets are UTF-16 units.
 */
export function untagged(tree: AnswerTree): {
  readonly text: string;
  readonly spans: readonly (CaptionSpan | undefined)[];
} {
  const places = new Map<Seg, CaptionSpan>();
  let text = '';
  let at = 0;
  for (const phrase of tree.phrases) {
    if (phrase.nested || phrase.start < at) continue;
    text += bare(tree.text.slice(at, phrase.start));
    const span = { start: text.length, end: text.length + phrase.text.length };
    text += phrase.text;
    for (const seg of phrase.segs) places.set(seg, span);
    at = phrase.segEnd;
  }
  text += bare(tree.text.slice(at));
  return { text, spans: tree.segs.filter(({ denied }) => !denied).map((seg) => places.get(seg)) };
}

/** What stands between phrases, without `[SEG]` that have none. */
function bare(text: string): string {
  return text.replace(/ ?\[SEG\]/g, '');
}
