import { lackingSegs, orphanSegs, pairsAreClear, removeSegs, surplusMasks, wrapFix } from './fixes.ts';
import { defineRule } from './rule.ts';

/** `[SEG]` without a phrase: a mask that no word owns. Paper, supplement C.1: every `[SEG]` follows `<p> … </p>`. */
export const segWithoutPhrase = defineRule({
  code: 'seg-without-phrase',
  severity: 'error',
  scope: 'turn',
  needs: 'flaw',
  fix: 'suggested',
  summary: '`[SEG]` is not preceded by a phrase.',
  why: 'Training pairs each mask with the words before it; this mask would train nothing.',
  bad: ['Sure, it is [SEG].', 'The image shows a dog [SEG] and <p> a cat </p> [SEG].'],
  good: ['Sure, it is <p> dog </p> [SEG].'],
  check({ record, turn, report }) {
    if (turn.role !== 'gpt') return;
    for (const seg of turn.tree.segs) {
      if (seg.phrase !== undefined || seg.denied) continue;
      report(seg.token, 'No phrase owns this mask: wrap the words it shows in <p> … </p>.', {
        fixes: () => {
          const edits = removeSegs(record, turn, [seg]);
          // As many masks are missing as [SEG] stand alone: these have none, so nothing is lost with them.
          if (surplusMasks(record) === -orphanSegs(record) && pairsAreClear(record))
            return [{ title: 'Remove [SEG]', edits }];
          const remove = { title: 'Remove [SEG] and its mask', kind: 'manual' as const, edits };
          const wrap = wrapFix(record, turn, seg);
          if (wrap === undefined) return [remove];
          // A phrase that lacks its [SEG] may be what this one belongs to.
          return [lackingSegs(record) > 0 ? { ...wrap, kind: 'manual' as const } : wrap, remove];
        },
      });
    }
  },
});
