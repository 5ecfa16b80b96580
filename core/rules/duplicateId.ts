import { defineRule } from './rule.ts';

/** An id names one record of its file. */
export const duplicateId = defineRule({
  code: 'duplicate-id',
  severity: 'error',
  scope: 'file',
  fix: 'none',
  summary: 'Two records of a file have one id.',
  why: 'Loaders and evaluations look records up by their id and keep one of the two; a `parent` cannot tell them apart.',
  bad: [
    `{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}
{"id": "a", "image": "b.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A cat."}], "masks": []}`,
  ],
  good: [
    `{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}
{"id": "b", "image": "b.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A cat."}], "masks": []}`,
  ],
  check({ record, file, report }) {
    const { id } = record;
    const first = id === undefined ? undefined : file.first(id);
    if (id === undefined || first === undefined || first.record === record.source) return;
    const name = id.length > 60 ? `${id.slice(0, 60)}…` : id;
    const message = `An earlier record has the id "${name}" too, and readers keep only one of the two: give this record an id of its own.`;
    report({ path: ['id'] }, message, {
      related: [{ target: { path: ['id'] }, message: 'The first record with this id.', elsewhere: first }],
    });
  },
});
