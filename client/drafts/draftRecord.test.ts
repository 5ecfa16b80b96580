import { describe, expect, it } from 'vitest';
import { previewOf, readEdited, textOf } from './draftRecord.ts';
import { storedDraft } from './testing.ts';

const stored = storedDraft('a');
const text = textOf(stored, '/data/images/a.jpg');

it('shows a draft as a record', () => {
  const { id, image, task, turns, masks, negatives } = previewOf(stored);
  expect({ id, image, task, negatives }).toEqual({
    ...{ id: 'a', image: 'images/a.jpg', task: 'referring', negatives: ['zebra'] },
  });
  expect(turns.map(({ role }) => role)).toEqual(['human', 'gpt']);
  expect(masks).toMatchObject([{ label: 'the dog', score: 0.8125, phrase: 0, size: [2, 2] }]);
});

describe('the text of a draft', () => {
  it('is a record with its photograph, which says that it is a draft', () => {
    expect(JSON.parse(text)).toMatchObject([
      { image: '/data/images/a.jpg', provenance: { model: 'tiny@1.0.0', status: 'draft' } },
    ]);
  });

  it('is the draft again where nobody changes it', () => {
    expect(readEdited(text, stored)).toEqual({ ok: true, value: stored });
  });

  it('makes the draft an edited one where somebody does', () => {
    const changed = text.replace('the dog </p> [SEG]', 'the small dog </p> [SEG]').replace('[2, 2]', '[4, 4]');
    const read = readEdited(changed, stored);
    if (!read.ok) throw new Error(read.message);
    expect(read.value).toMatchObject({
      edited: true,
      draft: { answer: stored.draft.answer.replace('the dog', 'the small dog'), image: 'images/a.jpg' },
    });
    expect(read.value.draft.masks).toMatchObject([{ size: [4, 4], counts: '112', score: 0.8125 }]);
    // Once changed by a person, it stays so.
    expect(readEdited(text, read.value)).toMatchObject({ value: { edited: true, draft: stored.draft } });
  });

  it.each([
    ['', /is one record/],
    ['[]', /is one record/],
    [text.replace(/\]\s*$/, ', {"id": "b"}]'), /is one record/],
    [text.replace('"masks"', '"masks'), /cannot be read/],
    [text.replace(/"masks": \[/, '"masks": "elsewhere.json", "others": ['), /own list "masks"/],
    [text.replace('"from": "gpt"', '"from": "human"'), /one question and one answer/],
  ])('cannot be taken over from %j', (broken, message) => {
    const read = readEdited(broken, stored);
    expect(read.ok ? '' : read.message).toMatch(message);
  });
});
