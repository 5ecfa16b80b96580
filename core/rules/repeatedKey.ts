import type { Rule } from './rule.ts';
import { schema } from './schema.ts';

/**
 * The part of `schema` that waits for an idle moment: `JSON.parse` hides a key that stands twice, and looking for one costs
 * more than the rest of the rule.
 */
export const repeatedKey: Rule = {
  ...schema,
  scope: 'pixels',
  check({ record, report }) {
    for (const path of record.source.repeatedKeys()) {
      const key = String(path[path.length - 1]).slice(0, 40);
      const message = `The key "${key}" stands twice in one object, and readers take the last value without a word: keep the right one, and remove the other.`;
      report({ path, part: 'key' }, message, {
        related: [{ target: { path, part: 'firstKey' }, message: 'Here it stands first; this value is lost.' }],
      });
    }
  },
};
