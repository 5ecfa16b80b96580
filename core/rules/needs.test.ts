import { describe, expect, it } from 'vitest';
import { RecordModel } from '../records/recordModel.ts';
import { exampleDocument } from '../testing/fixtures.ts';
import { allRules, rules } from './index.ts';
import type { Rule } from './rule.ts';

const examples = allRules.flatMap(({ good, bad }) => [...good, ...bad]);
const records = examples
  .flatMap((example) => exampleDocument(example, 'jsonl')?.cells ?? [])
  .filter(({ record }) => record.problems.length === 0)
  .map(({ record }) => new RecordModel(record));

/** How often a rule speaks of turns that are not shown to it. */
function speaksOfSpared(rule: Rule, record: RecordModel): number {
  const spared = record.turns.filter(({ tree }) =>
    rule.needs === 'flaw' ? tree.canonical : tree.clauses.length === 0,
  );
  let count = 0;
  const report = () => {
    count++;
  };
  if (rule.scope === 'turn') for (const turn of spared) rule.check({ record, turn, report });
  else if (rule.scope === 'record' && spared.length === record.turns.length)
    rule.check({ record, resources: undefined, report });
  return count;
}

describe.each(rules.filter(({ needs }) => needs !== undefined))('$code needs a $needs', (rule) => {
  it('and finds nothing without it', () => {
    expect(records.length).toBeGreaterThan(100);
    expect(records.map((record) => speaksOfSpared(rule, record))).toEqual(records.map(() => 0));
  });
});
