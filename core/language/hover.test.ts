import { describe, expect, it } from 'vitest';
import { encodePng } from '../images/encode.ts';
import { blankRaster } from '../images/raster.ts';
import type { FileKind } from '../records/document.ts';
import { fail, ok } from '../result.ts';
import { FILE_KINDS, recordAround, tinyMask } from '../testing/fixtures.ts';
import { type Marked, marked, markedRecords, textOf } from '../testing/marked.ts';
import { type Hover, hover } from './hover.ts';

const PHOTOGRAPH = encodePng(blankRaster(2, 2, [90, 120, 150]));
const PICTURE = '![';

function hoverAt({ document, cursor }: Marked): Promise<Hover | undefined> {
  return hover(document, cursor, undefined, async (path) => (path === 'a.jpg' ? ok(PHOTOGRAPH) : fail('It is gone.')));
}

const about = (answer: string, more: Readonly<Record<string, unknown>> = {}) =>
  recordAround(answer, { image: 'a.jpg', ...more });

/** The place of a value is marked as it is written: with quotes in JSON. */
function imageMarked(kind: FileKind): Marked {
  const text = textOf(kind, [about('A <p> dog </p> [SEG].', { image: 'a‸.jpg' })]);
  return marked(kind, text.replace(/"?a‸\.jpg"?/, '⟦$&⟧'));
}

describe.each(FILE_KINDS)('the hover in a %s', (kind) => {
  it.each([
    ['the words of a phrase', 'A 🐶, ⟦<p> a d‸og </p> [SEG]⟧ and <p> cat </p> [SEG].', 'a dog', 'Mask 1 of 2'],
    ['an opening tag', 'A "dog", <p> dog </p> [SEG] and ⟦<‸p> cat </p> [SEG]⟧.', 'cat', 'Mask 2 of 2'],
    ['a [SEG]', 'A\n<p> dog </p> [SEG] and\n⟦<p> cat </p> ‸[SEG]⟧.', 'cat', 'Mask 2 of 2'],
  ])('on %s shows its mask', async (_, answer, title, mask) => {
    const fixture = markedRecords(kind, about(answer));
    const found = await hoverAt(fixture);
    expect(found?.range).toEqual(fixture.ranges[0]);
    expect(found?.markdown.startsWith(`**${title}**`)).toBe(true);
    expect(found?.markdown).toContain(PICTURE);
    expect(found?.markdown).toContain(mask);
  });

  it.each([
    ['<p> two d‸ogs </p> [SEG][SEG]', 'Mask 1 of 2'],
    ['<p> two dogs </p> [S‸EG][SEG]', 'Mask 1 of 2'],
    ['<p> two dogs </p> [SEG][S‸EG]', 'Mask 2 of 2'],
  ])('on a phrase with several masks shows the one pointed at: %s', async (answer, mask) => {
    const masks = [0, 1].map(tinyMask);
    expect((await hoverAt(markedRecords(kind, about(answer, { masks }))))?.markdown).toContain(mask);
  });

  it('on a mask shows it with its phrase, its box and its score', async () => {
    const masks = [
      { size: [2, 2], counts: [0, 1, 3] },
      { size: [2, 2], counts: [2, 2], score: 0.5, note: 'he‸re' },
    ];
    const fixture = markedRecords(kind, about('A <p> dog </p> [SEG] and <p> cat </p> [SEG].', { masks }));
    const found = await hoverAt(fixture);
    expect(fixture.document.text(found!.range)).toMatch(/^\{[^{}]*here[^{}]*\}$/);
    expect(found?.markdown.startsWith('**cat**')).toBe(true);
    expect(found?.markdown).toContain('Mask 2 of 2 · 2 pixels, 50.0 % · box [1, 0, 1, 2] · score 0.50');
  });

  it('on the image shows it and its size', async () => {
    const fixture = imageMarked(kind);
    const found = await hoverAt(fixture);
    expect(found?.range).toEqual(fixture.ranges[0]);
    expect(found?.markdown).toContain(PICTURE);
    expect(found?.markdown).toContain('2 × 2 pixels');
  });

  it('says what is wrong where there is no picture, and no mask that can be read', async () => {
    const gone = await hoverAt(markedRecords(kind, about('A <p> d‸og </p> [SEG].', { image: 'gone.jpg' })));
    expect(gone?.markdown).toContain('It is gone.');
    const masks = [{ size: [2, 2], counts: [9, 9] }];
    const corrupt = await hoverAt(markedRecords(kind, about('A <p> d‸og </p> [SEG].', { masks })));
    expect(corrupt?.markdown).not.toContain(PICTURE);
    expect(corrupt?.markdown).toContain('18');
  });

  it('writes the words of a phrase as words, whatever they mean to the editor', async () => {
    const found = await hoverAt(markedRecords(kind, about('A <p> d‸og *!*(x) </p> [SEG].')));
    expect(found?.markdown.startsWith('**dog \\*\\!\\*\\(x\\)**')).toBe(true);
  });

  it('is none at other words, and in a record that does not parse', async () => {
    expect(await hoverAt(markedRecords(kind, about('A sm‸all <p> dog </p> [SEG].')))).toBeUndefined();
    const broken =
      kind === 'uscdf' ? '---\nid: [\n---\nAssistant: <p> d‸og </p> [SEG]' : '{"id": "<p> d‸og </p> [SEG]"';
    expect(await hoverAt(marked(kind, broken))).toBeUndefined();
  });
});
