import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Groups } from './groups.ts';

const pairs = fc.array(
  fc.record({ a: fc.nat(20), b: fc.nat(20), similarity: fc.double({ min: 0.5, max: 1, noNaN: true }) }),
);

it('joins whatever pairs connect, with the least similarity of those', () => {
  fc.assert(
    fc.property(pairs, (links) => {
      const groups = new Groups();
      for (const { a, b, similarity } of links) groups.joinAlike(a, b, similarity);
      for (const { members, similarity, equal } of groups.all()) {
        const own = links.filter(({ a }) => members.includes(a));
        // Nothing leads out of the group, and everything in it can be reached from its first member.
        expect(own.every(({ b }) => members.includes(b))).toBe(true);
        const reached = new Set([members[0]]);
        for (let size = 0; size < reached.size; ) {
          size = reached.size;
          for (const { a, b } of own)
            if (reached.has(a) || reached.has(b)) for (const each of [a, b]) reached.add(each);
        }
        expect([...reached].sort((x, y) => x! - y!)).toEqual(members);
        expect(similarity).toBe(Math.min(...own.map((link) => link.similarity)));
        expect(equal).toBe(false);
      }
    }),
  );
});

it('tells equal ones from alike ones', () => {
  const groups = new Groups();
  groups.joinEqual(1, 2);
  groups.joinEqual(4, 5);
  groups.joinAlike(5, 6, 1);
  expect(groups.all()).toEqual([
    { members: [1, 2], equal: true, similarity: 1 },
    { members: [4, 5, 6], equal: false, similarity: 1 },
  ]);
});
