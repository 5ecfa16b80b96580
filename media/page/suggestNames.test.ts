import { expect, test } from 'vitest';
import type { ShownRecord } from '../protocol.ts';
import { suggestNames } from './suggestNames.ts';

const mask = { size: [1, 1] as const, counts: '', color: 0, area: 1 };
const record: ShownRecord = {
  id: 'a',
  index: 0,
  image: 'a.jpg',
  turns: [
    {
      role: 'gpt',
      parts: [
        { kind: 'phrase', text: ' the cup ', phrase: 0, mask: 0 },
        { kind: 'phrase', text: 'a spoon', phrase: 1, lacks: 'mask' },
      ],
    },
  ],
  masks: [
    { ...mask, label: 'the cup', phrase: 0 },
    { ...mask, label: 'the cup', phrase: 0 },
    { ...mask, label: 'mask 3' },
  ],
  negatives: ['dog', 'A spoon'],
  errors: 0,
  warnings: 0,
};

test('phrases without a mask come first, then what is denied, then known names, each once', () => {
  expect(suggestNames(record).map(({ text, name }) => [text, name])).toEqual([
    ['a spoon', { phrase: 1 }],
    ['dog', { name: 'dog' }],
    ['the cup', { name: 'the cup' }],
  ]);
});
