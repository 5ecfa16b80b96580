import { isObject } from '../records/isObject.ts';
import { defineRule } from './rule.ts';

/** A model's draft that nobody has decided on. `--fix` never decides: accepting is a person's word. */
export const draft = defineRule({
  code: 'draft',
  severity: 'information',
  scope: 'record',
  fix: 'manual',
  summary: 'The record is a draft that waits for a decision.',
  why: 'A model wrote it; until a person has looked at it, it is a guess.',
  bad: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": [], "provenance": {"status": "draft"}}',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": [], "provenance": {"status": "accepted"}}',
  ],
  check({ record, report }) {
    const provenance = record.data['provenance'];
    if (!isObject(provenance) || provenance['status'] !== 'draft') return;
    const path = ['provenance', 'status'];
    const model =
      typeof provenance['model'] === 'string' ? `${provenance['model']} wrote this draft` : 'A model wrote this draft';
    report({ path }, `${model} and nobody has looked at it yet: accept it, or reject it.`, {
      fixes: () => [
        { title: 'Accept this draft', edits: [{ kind: 'set', path, value: 'accepted' }] },
        { title: 'Reject this draft', edits: [{ kind: 'set', path, value: 'rejected' }] },
      ],
    });
  },
});
