import { expect, it } from 'vitest';
import type { DraftContext } from '../../core/language/draftRecords.ts';
import { assignmentFor, isApart } from './assignment.ts';

const RECORD = { kind: 'record' } as const;
const LIST = 'Please segment the dog and the zebra in this image.';

function context(more: Partial<DraftContext> = {}): DraftContext {
  const nothing = { image: 'a.jpg', question: undefined, id: 'a', task: undefined, target: undefined };
  return { ...nothing, name: undefined, position: undefined, waits: true, phrase: undefined, ...more };
}

it.each([
  [undefined, { task: 'gcg' }],
  [context(), { task: 'gcg' }],
  [context({ question: `<image>\n${LIST}` }), { task: 'referring', prompt: LIST }],
  [context({ question: '<IMAGE>\nPlease segment all the objects in this image.' }), { task: 'panoptic' }],
  [context({ question: '<image>\nPlease describe the image.' }), { task: 'gcg' }],
  [context({ task: 'reasoning', question: '<image>What barks?' }), { task: 'reasoning', prompt: 'What barks?' }],
  [context({ task: 'mgsc', question: 'Describe.' }), { task: 'mgsc' }],
  [context({ task: 'mgsc', target: 'a dog' }), { task: 'mgsc', prompt: 'a dog' }],
])('does for a record what it asks for: %j', (about, assignment) => {
  expect(assignmentFor(RECORD, about)).toEqual(assignment);
});

it('does what the user asks for, whatever the record says', () => {
  const about = context({ task: 'panoptic', question: '<image>\nPlease describe the image.' });
  expect(assignmentFor({ kind: 'phrase', phrase: 'a dog' }, about)).toEqual({ task: 'mgsc', prompt: 'a dog' });
  const question = (text: string) => assignmentFor({ kind: 'question', question: text }, about);
  expect(question(LIST)).toEqual({ task: 'referring', prompt: LIST });
  expect(question('Segment all the objects in this image.')).toEqual({ task: 'panoptic' });
  expect(question('Describe the image.')).toEqual({ task: 'gcg' });
  expect(question('What could bite?')).toEqual({ task: 'reasoning', prompt: 'What could bite?' });
});

it('keeps answers to other questions apart from a record that waits', () => {
  const asked = { kind: 'question', question: LIST } as const;
  expect(isApart(asked, context({ question: '<image>\nPlease describe the image.' }))).toBe(true);
  expect(isApart(asked, context({ question: `<image>\n${LIST}` }))).toBe(false);
  expect(isApart(asked, context())).toBe(false);
  expect(isApart(asked, context({ waits: false }))).toBe(false);
  expect(isApart(RECORD, context({ question: 'What?' }))).toBe(false);
  expect(isApart({ kind: 'phrase', phrase: 'a dog' }, context({ waits: false }))).toBe(true);
});
