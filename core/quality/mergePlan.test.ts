import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MergeItem, MergePlan } from './mergePlan.ts';

function decided(items: readonly MergeItem[]) {
  const plan = new MergePlan();
  for (const item of items) plan.add(item);
  plan.decide();
  return items.map((_, i) => plan.decision(i));
}

const item = (file: number, id: string | undefined, content: number, parent?: string): MergeItem => ({
  file,
  id,
  content,
  parent,
});

const generated = fc
  .array(
    fc.record({
      file: fc.nat(2),
      id: fc.option(fc.constantFrom('a', 'b', 'c', 'a-2', 'd'), { nil: undefined }),
      content: fc.nat(2),
      parent: fc.option(fc.constantFrom('a', 'b', 'c', 'x'), { nil: undefined }),
    }),
    { maxLength: 20 },
  )
  .map((items) => [...items].sort((a, b) => a.file - b.file));

describe('MergePlan', () => {
  it('keeps one of two equal records, and renames another of the same id', () => {
    expect(decided([item(0, 'a', 1), item(1, 'a', 1), item(1, 'a', 2)])).toEqual([
      { kept: true, id: 'a', parent: undefined },
      { kept: false, id: 'a', parent: undefined },
      { kept: true, id: 'a-2', parent: undefined },
    ]);
  });

  it('lets children follow their own parent, also where they come before it', () => {
    const decisions = decided([
      item(0, 'child', 7, 'root'),
      item(0, 'root', 1),
      item(1, 'child', 7, 'root'),
      item(1, 'root', 2),
      item(2, 'child', 7, 'root'),
      item(2, 'root', 2),
    ]);
    expect(decisions).toEqual([
      { kept: true, id: 'child', parent: 'root' },
      { kept: true, id: 'root', parent: undefined },
      { kept: true, id: 'child-2', parent: 'root-2' },
      { kept: true, id: 'root-2', parent: undefined },
      { kept: false, id: 'child-2', parent: 'root-2' },
      { kept: false, id: 'root-2', parent: undefined },
    ]);
  });

  it('gives no record an id that another one has', () => {
    expect(
      decided([item(0, 'a', 1), item(1, 'a', 2), item(2, 'a-2', 3), item(2, undefined, 4)]).map(({ id }) => id),
    ).toEqual(['a', 'a-3', 'a-2', 'record-2']);
  });

  it('loses nothing, and keeps ids unique and families together', () => {
    fc.assert(
      fc.property(generated, (items) => {
        const decisions = decided(items);
        const kept = decisions.flatMap((decision, i) => (decision.kept ? [{ ...decision, of: items[i]! }] : []));
        const byId = new Map(kept.map((each) => [each.id, each.of]));
        expect(byId.size).toBe(kept.length);
        for (const [i, { id, parent }] of decisions.entries()) {
          // What a record became, or the record that it equals, has its content.
          expect(byId.get(id)?.content).toBe(items[i]!.content);
          const named = items.find((each) => each.file === items[i]!.file && each.id === items[i]!.parent);
          if (named !== undefined && named.id !== undefined) expect(byId.get(parent!)?.content).toBe(named.content);
          else expect(parent).toBe(items[i]!.parent);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('decides on a long chain and on many records of one id', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => item(0, `r${i}`, i, `r${i + 1}`));
    expect(decided(chain).every(({ kept }) => kept)).toBe(true);
    const same = Array.from({ length: 200_000 }, (_, i) => item(0, 'x', i, 'p'));
    const decisions = decided([item(0, 'p', -1), ...same]);
    expect(new Set(decisions.map(({ id }) => id)).size).toBe(200_001);
  });
});
