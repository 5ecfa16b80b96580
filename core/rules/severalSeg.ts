import { defineRule } from './rule.ts';

/** Two `[SEG]` behind one phrase. The official data unites the instances of a phrase in one mask. */
export const severalSeg = defineRule({
  code: 'several-seg',
  severity: 'warning',
  scope: 'turn',
  needs: 'flaw',
  fix: 'none',
  summary: 'Two or more `[SEG]` follow one phrase.',
  why: 'MGLMM reads one mask a phrase; the others are left without words.',
  bad: ['The image shows <p> two dogs </p> [SEG] [SEG].'],
  good: ['The image shows <p> two dogs </p> [SEG].', '<p> dog-1 </p> [SEG] and <p> dog-2 </p> [SEG].'],
  check({ turn, report }) {
    if (turn.role !== 'gpt') return;
    for (const { segs } of turn.tree.phrases) {
      const [second, last] = [segs[1], segs[segs.length - 1]];
      if (second === undefined || last === undefined) continue;
      const message = `${segs.length} [SEG] follow one phrase, and only the first has words: unite the masks in one, or name each.`;
      report({ start: second.token.start, end: last.token.end }, message);
    }
  },
});
