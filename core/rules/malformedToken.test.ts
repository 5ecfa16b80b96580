/** Near misses of the tokens that models and people write, one finding each, in each file kind. */
import { describe, expect, it } from 'vitest';
import { checkMarked } from '../testing/findings.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';

const MASKS = [{ size: [2, 2], counts: [0, 1, 3] }];

function record(answer: string): Record<string, unknown> {
  const conversations = [
    { from: 'human', value: '<image>\nPlease describe the image.' },
    { from: 'gpt', value: answer },
  ];
  return { ...recordAround(''), conversations, masks: MASKS };
}

describe.each(FILE_KINDS)('in a %s file', (kind) => {
  it.each(['(seg)', '[[SEG]]', '<seg_0>', '<|seg|>', '[ seg ]'])('%s becomes [SEG]', (token) => {
    const checked = checkMarked(kind, record(`I see <p> a dog </p> ⟦${token}⟧ there.`));
    expect(checked.found).toEqual(checked.marked('malformed-token'));
    const fixed = checked.fixed();
    expect(fixed.text).toContain('I see <p> a dog </p> [SEG] there.');
    expect(fixed.found).toEqual([]);
  });

  it.each(['[SEGM]', 'SEG', '\uff3bSEG\uff3d', '[SEG]]', '\\[SEG\\]', '[SEG\\]', '\\[SEG]'])(
    '%s becomes [SEG] and keeps the mask',
    (token) => {
      const checked = checkMarked(kind, record(`I see <p> a dog </p> ⟦${token}⟧.`));
      expect(checked.found).toEqual(checked.marked('malformed-token'));
      expect(checked.fixKinds).toEqual(['safe']);
      const fixed = checked.fixed();
      expect(fixed.text).toContain('I see <p> a dog </p> [SEG].');
      expect(fixed.found).toEqual([]);
    },
  );

  it.each(['<//p>', '<\\p>', '</ P>'])('%s becomes </p>', (token) => {
    const checked = checkMarked(kind, record(`I see <p> a dog ⟦${token}⟧ [SEG] there.`));
    expect(checked.found).toEqual(checked.marked('malformed-token'));
    expect(checked.fixed().text).toContain('I see <p> a dog </p> [SEG] there.');
  });

  it.each(['(see above)', '(second row)', '[[sic]]', '<segment>', 'of the SEG Plaza', '[SEGA]', '\\[sic\\]'])(
    '%s is plain text',
    (text) => {
      expect(checkMarked(kind, record(`I see <p> a dog </p> [SEG] ${text} there.`)).found).toEqual([]);
    },
  );

  it('a bracket around a grounded phrase is no part of its token', () => {
    expect(checkMarked(kind, record('Here [on the left: <p> a dog </p> [SEG]] it is.')).found).toEqual([]);
  });

  it('a misspelt placeholder in an answer is one mistake', () => {
    const checked = checkMarked(kind, record('Here ⟦<Image>⟧ is <p> a dog </p> [SEG].'));
    expect(checked.found).toEqual(checked.marked('image-placeholder'));
    expect(checked.fixed().found).toEqual([]);
  });
});
