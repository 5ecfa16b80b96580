import { defineRule } from './rule.ts';

/** Turns alternate, the user first and the assistant last; loaders pair them two by two. */
export const roleOrder = defineRule({
  code: 'role-order',
  severity: 'error',
  scope: 'record',
  fix: 'none',
  summary: 'The turns do not alternate from the user to the assistant.',
  why: 'Loaders pair each question with the answer behind it; out of order they skip turns, or stop.',
  bad: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}], "masks": []}',
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nHello."}, {"from": "human", "value": "Describe it."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  check({ record, report }) {
    const { turns } = record;
    if (!record.conversationIsWhole) return;
    const at = (index: number) => ({ path: ['conversations', turns[index]!.index, 'from'] });
    if (turns[0]!.role === 'gpt')
      report(at(0), 'The assistant speaks first, but a loader expects a question: put a user turn before this one.');
    for (let i = 1; i < turns.length; i++) {
      if (turns[i]!.role !== turns[i - 1]!.role) continue;
      const who = turns[i]!.role === 'human' ? 'user' : 'assistant';
      report(
        at(i),
        `The ${who} speaks twice in a row, and a loader would pair the wrong turns: join the two, or add the turn between them.`,
      );
    }
    const last = turns.length - 1;
    if (turns[last]!.role === 'human')
      report(
        at(last),
        'This question has no answer, and training needs one: add the assistant’s turn, or ask for a draft.',
      );
  },
});
