/** Where a phrase stands apart from what is around it, and where it does not, in each file kind. */
import { describe, expect, it } from 'vitest';
import { checkMarked } from '../testing/findings.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';

describe.each(FILE_KINDS)('in a %s file', (kind) => {
  it.each([
    'On <p> a cup </p> [SEG]/<p> a plate </p> [SEG] lies a cake.',
    'Two <p> dogs </p> [SEG]—<p> puppies </p> [SEG], really.',
    '\u4e00\u53ea<p> \u72d7 </p> [SEG]\u5728\u8349\u5730\u4e0a\u3002',
    '\u8349\u5730\u4e0a\u3001<p> \u72d7 </p> [SEG]\u3002',
    'The \u{1f415}<p> dog </p> [SEG]\u2019s tail (<p> long </p> [SEG]).',
  ])('%s is as it should be', (answer) => {
    expect(checkMarked(kind, recordAround(answer)).found).toEqual([]);
  });

  it.each([
    ['I see⟦<p> a dog </p> [SEG]⟧.', 'I see <p> a dog </p> [SEG].'],
    ['\u4e00\u53ea⟦<p>\u72d7</p>[SEG]⟧\u5728', '\u4e00\u53ea<p> \u72d7 </p> [SEG]\u5728'],
    ['I see ⟦<p> a dog </p> [SEG]⟧run.', 'I see <p> a dog </p> [SEG] run.'],
    // One space is missing, and one finding says so.
    ['<p> a dog </p> [SEG]⟦<p> a cat </p> [SEG]⟧.', '<p> a dog </p> [SEG] <p> a cat </p> [SEG].'],
  ])('%s becomes %s', (answer, after) => {
    const record = { ...recordAround(answer.replace(/[⟦⟧]/g, '')), ...answerOf(answer) };
    const checked = checkMarked(kind, record);
    expect(checked.found).toEqual(checked.marked('phrase-spacing'));
    const fixed = checked.fixed();
    expect(fixed.text).toContain(after);
    expect(fixed.found).toEqual([]);
  });
});

function answerOf(answer: string): { conversations: readonly { from: string; value: string }[] } {
  return {
    conversations: [
      { from: 'human', value: '<image>\nPlease describe the image.' },
      { from: 'gpt', value: answer },
    ],
  };
}
