import { cutOut, surplusMasks } from './fixes.ts';
import { defineRule } from './rule.ts';

/** Tags, those of objects among them, and `[SEG]` are the answer's; a question is plain text. */
export const tokenInQuestion = defineRule({
  code: 'token-in-question',
  severity: 'error',
  scope: 'turn',
  fix: 'safe',
  summary: 'A tag or `[SEG]` stands in a user turn.',
  why: 'The model would be trained to expect tags in the question, and masks would be counted to the wrong turn.',
  bad: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nCan you segment the <p> dog </p> in this image?"}, {"from": "gpt", "value": "Sure, it is <p> dog </p> [SEG]."}], "masks": [{"size": [2, 2], "counts": "13"}]}',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nCan you segment the dog in this image?"}, {"from": "gpt", "value": "Sure, it is <p> dog </p> [SEG]."}], "masks": [{"size": [2, 2], "counts": "13"}]}',
  ],
  check({ record, turn, report }) {
    if (turn.role !== 'human' || (turn.tree.canonical && turn.tree.phrases.length === 0)) return;
    for (const token of turn.tree.tokens) {
      if (token.kind === 'image' || token.kind === 'foreign') continue;
      const written = turn.text.slice(token.start, token.end);
      const message = `${written} stands in a question, where no mask belongs to it: remove it.`;
      report(token, message, {
        fixes: () => {
          const fix = { title: `Remove ${written}`, edits: [cutOut(turn, token)] };
          // With masks to spare this [SEG] may own one, and a person has to say which.
          return [token.kind === 'seg' && surplusMasks(record) > 0 ? { ...fix, kind: 'manual' as const } : fix];
        },
      });
    }
  },
});
