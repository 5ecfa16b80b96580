import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FromPreview } from '../../media/protocol.ts';
import { readFromPreview } from './messages.ts';

const drawn = { size: [480, 640], counts: 'abc' } as const;
const words = { turn: 1, part: 0, start: 4, end: 11 };

const messages: readonly FromPreview[] = [
  { type: 'ready' },
  { type: 'select', phrase: 2 },
  { type: 'hover', phrase: 2 },
  { type: 'hover' },
  { type: 'imageFailed' },
  { type: 'step', by: -1 },
  { type: 'goTo', record: 7 },
  { type: 'focus', on: 'field', drawing: true },
  { type: 'undo' },
  { type: 'redo' },
  { type: 'shape', record: 0, version: 3, edit: { kind: 'setMask', mask: 1, drawn } },
  { type: 'shape', record: 0, version: 3, edit: { kind: 'groundWords', words, drawn } },
  { type: 'shape', record: 0, version: 3, edit: { kind: 'groundPhrase', phrase: 1, drawn } },
  { type: 'shape', record: 0, version: 3, edit: { kind: 'nameMask', name: 'the dog', drawn } },
  { type: 'shape', record: 0, version: 3, edit: { kind: 'giveMask', mask: 1, to: { phrase: 0 } } },
  { type: 'shape', record: 0, version: 3, edit: { kind: 'giveMask', mask: 1, to: { name: 'a cup' } } },
  { type: 'shape', record: 0, version: 3, edit: { kind: 'removeMask', mask: 1 } },
  { type: 'shape', record: 0, version: 3, edit: { kind: 'movePhrase', phrase: 1, to: 0 } },
  { type: 'shape', record: 0, version: 3, edit: { kind: 'removePhrase', phrase: 1, words: 'keep', mask: 'remove' } },
  { type: 'shape', record: 0, version: 3, edit: { kind: 'mergeMasks', phrase: 1 } },
  { type: 'shape', record: 0, version: 3, edit: { kind: 'splitMask', mask: 1, parts: [drawn, drawn] } },
  { type: 'segment', points: [{ x: 1.5, y: 2, positive: false }] },
  { type: 'segment', points: [], box: [1, 2, 3, 4] },
  { type: 'requestDraft' },
  { type: 'requestDraft', phrase: 1 },
  { type: 'requestDraft', question: 'Please segment the dog in this image.' },
  { type: 'acceptDraft' },
  { type: 'rejectDraft' },
  { type: 'editDraft' },
  { type: 'nextDraft', by: 1 },
  { type: 'queue', to: 'pause' },
  { type: 'openKeys' },
];

it.each(messages)('lets the page’s message through: %j', (message) => {
  expect(readFromPreview(message)).toEqual(message);
});

describe('what it does not let through', () => {
  const shape = (edit: unknown) => ({ type: 'shape', record: 0, version: 3, edit });

  it.each([
    { type: 'select', phrase: -1 },
    { type: 'select', phrase: '2' },
    { type: 'run', command: 'rm' },
    { type: 'step', by: 2 },
    { type: 'goTo', record: 0.5 },
    { type: 'goTo', record: Number.NaN },
    { type: 'segment', points: [{ x: Number.POSITIVE_INFINITY, y: 0, positive: true }] },
    { type: 'segment', points: [{ x: 1e12, y: 0, positive: true }] },
    { type: 'segment', points: [], box: [1, 2, 3] },
    { type: 'segment', points: Array.from({ length: 101 }, () => ({ x: 0, y: 0, positive: true })) },
    { type: 'requestDraft', question: 'x'.repeat(10_001) },
    shape({ kind: 'nameMask', name: '', drawn }),
    shape({ kind: 'nameMask', name: 'x'.repeat(1_001), drawn }),
    shape({ kind: 'setMask', mask: 0, drawn: { size: [0, 5], counts: '' } }),
    shape({ kind: 'giveMask', mask: 0, to: { phrase: 0, name: 'both' } }),
    shape({ kind: 'splitMask', mask: 0, parts: [] }),
    shape({ kind: 'deleteFile', mask: 0 }),
  ])('%j', (message) => {
    expect(readFromPreview(message)).toBeUndefined();
  });

  it('masks of more than 64 MiB', () => {
    const counts = 'a'.repeat(64 * 1024 * 1024 + 1);
    expect(readFromPreview(shape({ kind: 'setMask', mask: 0, drawn: { size: [1, 1], counts } }))).toBeUndefined();
  });

  it('anything else', () => {
    fc.assert(
      fc.property(fc.anything(), (message) => readFromPreview(message) === undefined),
      { numRuns: 2_000 },
    );
  });
});
