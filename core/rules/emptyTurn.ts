import { defineRule } from './rule.ts';

/** A turn of white space. The placeholder alone is text: captioning data asks with the image and nothing else. */
export const emptyTurn = defineRule({
  code: 'empty-turn',
  severity: 'error',
  scope: 'record',
  fix: 'none',
  summary: 'A turn has no text.',
  why: 'An empty answer trains the model to say nothing, and an empty question leaves the answer without one.',
  bad: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": ""}], "masks": []}',
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": " "}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>"}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  check({ record, report }) {
    for (const { role, text, index } of record.turns) {
      if (!isBlank(text)) continue;
      const message =
        role === 'gpt'
          ? 'This answer has no text, and training on it teaches silence: write the answer, or remove it with its question.'
          : 'This question has no text, so the answer behind it answers nothing: write the question, or remove it with its answer.';
      report({ path: ['conversations', index, 'value'] }, message);
    }
  },
});

/** Whether a turn holds nothing but white space. */
export function isBlank(text: string): boolean {
  return text.charCodeAt(0) > 32 && text.charCodeAt(0) < 128 ? false : text.trim() === '';
}
