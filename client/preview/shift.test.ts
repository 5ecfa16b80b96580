import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Position } from '../../core/records/position.ts';
import { shifted } from './shift.ts';

it('keeps a place at the same words, whatever changes before or behind it', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '\n'), { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, text, text, text, text, (before, removed, between, behind, added) => {
      const old = before + removed + between + behind;
      const place = positionAt(old, before.length + removed.length + between.length);
      const range = { start: positionAt(old, before.length), end: positionAt(old, before.length + removed.length) };
      const now = before + added + between + behind;
      expect(shifted(place, range, added)).toEqual(positionAt(now, before.length + added.length + between.length));
    }),
  );
});

it('leaves a place before the change alone, and moves one inside it to its start', () => {
  const range = { start: { line: 2, character: 4 }, end: { line: 4, character: 1 } };
  expect(shifted({ line: 2, character: 3 }, range, 'xyz\n')).toEqual({ line: 2, character: 3 });
  expect(shifted({ line: 3, character: 9 }, range, 'xyz\n')).toEqual({ line: 2, character: 4 });
});

function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}
