import { removeSegs } from './fixes.ts';
import { defineRule } from './rule.ts';

/** A phrase inside a phrase; readers match `<p>` to the next `</p>`. */
export const nestedTag = defineRule({
  code: 'nested-tag',
  severity: 'error',
  scope: 'turn',
  needs: 'flaw',
  fix: 'suggested',
  summary: '`<p>` stands inside a phrase.',
  why: 'Readers take the first `</p>` for the end of the phrase, and give its words and its mask to the wrong thing.',
  bad: ['Sure, it is <p> the <p> dog </p> there </p> [SEG].', '<p> a man in <p> a hat </p> [SEG] </p> [SEG] waits.'],
  good: ['<p> a man </p> [SEG] in <p> a hat </p> [SEG] waits.'],
  check({ record, turn, report }) {
    if (turn.role !== 'gpt') return;
    for (const phrase of turn.tree.phrases) {
      const { open, close, nested, segs } = phrase;
      if (!nested || open === undefined || close === undefined) continue;
      const message = 'A phrase stands inside a phrase, and readers would mix up their masks: remove the inner tags.';
      report({ start: open.start, end: close.end }, message, {
        fixes: () => {
          const edits = removeSegs(record, turn, segs, [open, close]);
          if (segs.length === 0) return [{ title: 'Remove the inner tags', edits }];
          return [{ title: 'Remove the inner tags, their [SEG] and its mask', kind: 'manual', edits }];
        },
      });
    }
  },
});
