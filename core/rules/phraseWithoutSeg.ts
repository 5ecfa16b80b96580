import { cutOutAll, lackingSegs, orphanSegs, pairsAreClear, surplusMasks } from './fixes.ts';
import { defineRule, type Fix, textFix } from './rule.ts';

/** A phrase that no `[SEG]` follows. */
export const phraseWithoutSeg = defineRule({
  code: 'phrase-without-seg',
  severity: 'error',
  scope: 'turn',
  needs: 'flaw',
  fix: 'suggested',
  summary: '`</p>` is not followed by `[SEG]`.',
  why: 'The phrase gets no mask, and every later mask may slip to the phrase before its own.',
  bad: ['Sure, it is <p> dog </p>.', 'Sure, <p> a dog </p>, [SEG] runs.'],
  good: ['Sure, it is <p> dog </p> [SEG].'],
  check({ record, turn, report }) {
    if (turn.role !== 'gpt') return;
    for (const phrase of turn.tree.phrases) {
      const { close, gap } = phrase;
      if (phrase.nested || close === undefined || phrase.open === undefined || phrase.text === '') continue;
      if (gap !== undefined) {
        const between = turn.text.slice(gap.start, gap.end).trim();
        const message = `"${between}" stands between </p> and its [SEG], so readers may not pair them: put [SEG] right behind </p>.`;
        const end = phrase.segs[0]!.token.end;
        report({ start: close.start, end }, message, {
          fixes: () => [textFix('Put [SEG] behind </p>', turn, { start: gap.start, end, newText: ` [SEG]${between}` })],
        });
      } else if (phrase.segs.length === 0) {
        const message = 'No [SEG] follows this phrase, so it has no mask: add [SEG] and its mask, or remove the tags.';
        report({ start: phrase.start, end: close.end }, message, {
          fixes: () => {
            const insert = textFix('Insert [SEG]', turn, { start: close.end, end: close.end, newText: ' [SEG]' });
            const remove = { title: 'Remove the tags', edits: cutOutAll(turn, [phrase.open!, close]) };
            const surplus = surplusMasks(record);
            const certain = surplus === lackingSegs(record) && pairsAreClear(record);
            if (surplus > 0) return certain ? [insert, manual(remove)] : [manual(insert), manual(remove)];
            // Its own [SEG] may be the one that stands alone, and masks that are not known may hold its own.
            const doubtful = orphanSegs(record) > 0 || record.masks === undefined;
            return doubtful ? [manual(remove), manual(insert)] : [remove, manual(insert)];
          },
        });
      }
    }
  },
});

/** A fix that only a person takes: which mask is whose cannot be told. */
function manual(fix: Fix): Fix {
  return { ...fix, kind: 'manual' };
}
