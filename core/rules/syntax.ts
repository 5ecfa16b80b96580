import type { RuleInfo } from './rule.ts';

/** JSON and YAML that do not parse. The readers find it, so this rule has no check of its own. */
export const syntax = {
  code: 'syntax',
  severity: 'error',
  fix: 'none',
  summary: 'The JSON or YAML does not parse.',
  why: 'No reader gets past it; the record, or the whole file, is lost.',
  bad: [
    '{"id": "a", "image": "a.jpg" "conversations": [], "masks": []}',
    '---\nid: [a\n---\nUser: <IMAGE>\nAssistant: Yes.\n',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
} as const satisfies RuleInfo;
