import type { SourceTurn } from '../records/sourceRecord.ts';
import type { Token } from '../text/scan.ts';
import type { Phrase } from '../text/tree.ts';
import { lackingSegs, pairsAreClear, surplusMasks } from './fixes.ts';
import { defineRule, type Fix, textFix } from './rule.ts';

/** A `<p>` that nothing closes. Paper, supplement C.1: tags enclose the words of one mask. */
export const unclosedTag = defineRule({
  code: 'unclosed-tag',
  severity: 'error',
  scope: 'turn',
  needs: 'flaw',
  fix: 'suggested',
  summary: '`<p>` has no `</p>`.',
  why: 'Readers take the words between `<p>` and `</p>` for the phrase; without the end they find none, or too much.',
  bad: ['Sure, it is <p> dog [SEG].', 'Sure, <p> a dog <p> [SEG] runs.'],
  good: ['Sure, it is <p> dog </p> [SEG].'],
  check({ record, turn, report }) {
    if (turn.role !== 'gpt') return;
    const next = new Map(turn.tree.tokens.map((token, i, tokens) => [token, tokens[i + 1]]));
    const phrases = new Map(turn.tree.phrases.map((phrase) => [phrase.open, phrase]));
    for (const open of turn.tree.unclosed) {
      report(open, 'This <p> has no </p>, so nobody can tell which words the mask shows: close it after them.', {
        fixes: () => {
          const surplus = surplusMasks(record);
          const maskWaits = surplus > 0 && surplus === lackingSegs(record) && pairsAreClear(record);
          return [closeFix(turn, open, next.get(open), phrases.get(open), maskWaits)];
        },
      });
    }
  },
});

/** Closes before `[SEG]`, else before the next punctuation; with a `[SEG]` where a mask waits for one. */
function closeFix(
  turn: SourceTurn,
  open: Token,
  next: Token | undefined,
  phrase: Phrase | undefined,
  maskWaits: boolean,
): Fix {
  const wrong = phrase?.closeWrittenAsOpen;
  if (wrong !== undefined) return textFix('Write </p> here', turn, { ...wrong, newText: '</p>' });
  // A clause that denies something holds no tags, so the phrase ends before it.
  const denial = turn.tree.clauses.find((clause) => clause.start >= open.end);
  const limit = Math.min(next?.start ?? turn.text.length, denial?.start ?? turn.text.length);
  const words = turn.text.slice(open.end, limit);
  const beforeSeg = next?.kind === 'seg' && next.start === limit && phrase !== undefined;
  const stop = beforeSeg ? -1 : words.search(/[.,;:!?](?:\s|$)/);
  const until = open.end + (stop < 0 ? words.length : stop);
  const end = open.end + turn.text.slice(open.end, until).trimEnd().length;
  if (end === open.end)
    return textFix('Remove this <p>', turn, {
      start: open.start,
      end: beforeSeg ? end : spaceAfter(turn.text, open.end),
      newText: '',
    });
  const newText = beforeSeg ? ' </p> ' : maskWaits ? ' </p> [SEG]' : ' </p>';
  const gapEnd = beforeSeg ? limit : end;
  return textFix('Close it with </p>', turn, {
    start: end,
    end: gapEnd,
    newText: end === limit && limit < turn.text.length && !beforeSeg ? `${newText} ` : newText,
  });
}

function spaceAfter(text: string, at: number): number {
  return text[at] === ' ' ? at + 1 : at;
}
