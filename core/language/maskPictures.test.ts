import { describe, expect, it } from 'vitest';
import { maskColor } from '../masks/palette.ts';
import type { UscdfDocument } from '../records/document.ts';
import type { Range } from '../records/position.ts';
import type { Resources } from '../records/recordModel.ts';
import { fail, ok, type Result } from '../result.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { type Marked, marked, markedRecords } from '../testing/marked.ts';
import { MAX_CHARACTER, MAX_PICTURES, maskPictures, type PictureOptions, SilhouetteMemory } from './maskPictures.ts';

const ASKED = { height: 18, resources: undefined } as const;

function lookedAt(document: UscdfDocument, options: Partial<PictureOptions> = {}, memory?: SilhouetteMemory) {
  return maskPictures(document, { ...ASKED, ranges: [document.wholeRange], ...options }, memory);
}

const wide = (rows: number) => ({ size: [4, 8], counts: [0, rows, 32 - rows] });

/** Files beside the document: one sidecar, and one label map that is what the test says. */
function files(sidecar: readonly unknown[], labelMap?: Result<{ height: number; width: number; values: Uint32Array }>) {
  const resources: Resources = {
    image: () => undefined,
    sidecar: (path) => (path === 'a.masks.json' ? ok(sidecar) : fail('It is gone.')),
    labelMap: (path) => (path === 'a.png' ? labelMap : undefined),
  };
  return resources;
}

/** As many `[SEG]` as wanted in one answer. */
const crowd = (count: number) => Array.from({ length: count }, (_, i) => `<p> dog ${i} </p> [SEG]`).join(', ');

describe.each(FILE_KINDS)('the pictures in a %s', (kind) => {
  it('belong to each [SEG] that owns a mask that can be read', () => {
    const masks = [wide(3), { size: [2, 2], counts: [7] }, wide(9)];
    const { document, ranges } = markedRecords(
      kind,
      recordAround('‸A 🐶 <p> "dog" </p> ⟦[SEG]⟧ and\n<p> cat </p> [SEG], <p> cow </p> ⟦[SEG]⟧, <p> ox </p> [SEG].', {
        masks,
      }),
      recordAround("A <p> dog </p> ⟦[SEG]⟧. But I don't see any <p> cat </p> [SEG] in this image.", { id: 'b' }),
    );
    const { pictures, more } = lookedAt(document);
    expect(pictures.map(({ range }) => range)).toEqual(ranges);
    expect(pictures.map(({ mask }) => mask)).toEqual([0, 2, 0]);
    for (const { svg, mask } of pictures) expect(svg).toContain(`fill="${maskColor(mask).hex}"`);
    expect(more).toBe(false);
  });

  it('are those of the lines that are looked at', () => {
    const { document, cursor, ranges } = markedRecords(
      kind,
      recordAround('A <p> dog </p> [SEG].'),
      recordAround('A ‸<p> cat </p> ⟦[SEG]⟧.', { id: 'b' }),
      recordAround('A <p> cow </p> [SEG].', { id: 'c' }),
    );
    const { pictures } = lookedAt(document, { ranges: [{ start: cursor, end: cursor }] });
    expect(pictures.map(({ range }) => range)).toEqual(ranges);
  });

  it('come from a file beside it', () => {
    const { document, ranges } = markedRecords(
      kind,
      recordAround('‸A <p> dog </p> ⟦[SEG]⟧.', { masks: 'a.masks.json' }),
    );
    expect(lookedAt(document).pictures).toEqual([]);
    const { pictures } = lookedAt(document, { resources: files([wide(3)]) });
    expect(pictures.map(({ range }) => range)).toEqual(ranges);
  });

  it('are drawn anew once a label map is another one', () => {
    const masks = [{ size: [2, 2], file: 'a.png', value: 7 }];
    const { document } = markedRecords(kind, recordAround('‸A <p> dog </p> [SEG].', { masks }));
    const memory = new SilhouetteMemory();
    const svgOf = (values?: readonly number[]) => {
      const map = values && ok({ height: 2, width: 2, values: Uint32Array.from(values) });
      return lookedAt(document, { resources: files([], map) }, memory).pictures[0]?.svg;
    };
    const [none, first, second] = [svgOf(), svgOf([7, 0, 0, 0]), svgOf([0, 7, 0, 0])];
    expect(none).toBeUndefined();
    expect(first).toContain('<path');
    expect(second).toContain('<path');
    expect(second).not.toBe(first);
  });

  it('are no more than a screen shows, nor where the editor draws no text', () => {
    const { document } = markedRecords(kind, recordAround(`‸${crowd(MAX_PICTURES + 50)}`));
    expect(lookedAt(document).pictures.length).toBeLessThanOrEqual(MAX_PICTURES);
    const far = markedRecords(kind, recordAround(`‸<p> dog </p> [SEG]${' very'.repeat(2_000)} <p> cat </p> [SEG]`));
    const { pictures } = lookedAt(far.document);
    expect(pictures.map(({ mask }) => mask)).toEqual([0]);
    expect(pictures[0]!.range.end.character).toBeLessThan(MAX_CHARACTER);
  });

  it('are drawn bit by bit where there is no time, and remembered', () => {
    const { document } = markedRecords(kind, recordAround(`‸${crowd(4)}`, { masks: [3, 5, 7, 9].map(wide) }));
    const memory = new SilhouetteMemory();
    const counts: number[] = [];
    for (let more = true; more; ) {
      let drawn = 0;
      const answer = lookedAt(document, { isLate: () => drawn++ > 0 }, memory);
      counts.push(answer.pictures.length);
      more = answer.more;
    }
    expect(counts).toEqual([1, 2, 3, 4]);
  });

  it('are as high as asked for, and small', () => {
    const noise = Array.from({ length: 640 * 40 }, (_, i) => 1 + ((i * 7919) % 19));
    const counts = [...noise, 640 * 480 - noise.reduce((sum, run) => sum + run, 0)];
    const masks = [{ size: [480, 640], counts }];
    const { document } = markedRecords(kind, recordAround('‸A <p> dog </p> [SEG].', { masks }));
    const [picture] = lookedAt(document, { height: 18 }).pictures;
    expect(picture!.svg).toMatch(/^<svg [^>]*width="24" height="18"/);
    expect(picture!.svg.length).toBeLessThan(1_500);
    expect(lookedAt(document, { height: Number.NaN }).pictures[0]!.svg).toContain('height="4"');
  });

  it('are none in a record that does not parse', () => {
    const masks = [wide(3)];
    const broken =
      kind === 'uscdf'
        ? `---\nid: [\nmasks: ${JSON.stringify(masks)}\n---\nAssistant: <p> d‸og </p> [SEG]`
        : `${JSON.stringify(recordAround('<p> d‸og </p> [SEG]', { masks })).slice(0, -1)}, "more"`;
    const { document } = marked(kind, broken);
    expect(lookedAt(document)).toMatchObject({ pictures: [], more: false });
  });
});

const linesOf = ({ ranges }: Pick<Marked, 'ranges'>) => ranges.map(({ start }: Range) => start.line);

describe.each(['json', 'uscdf'] as const)('the swatches in a %s', (kind) => {
  const masks = [wide(3), wide(5)].map((mask, i) => ({ label: `⟦${i}⟧`, ...mask }));

  it('stand where a mask begins, and at lines with one [SEG]', () => {
    const fixture = markedRecords(
      kind,
      recordAround('‸Look:\n<p> a dog </p> ⟦[SEG]⟧\nand <p> a cat </p> ⟦[SEG]⟧.', { masks: [wide(3), wide(5)] }),
    );
    const { swatches } = lookedAt(fixture.document);
    const begins = beginnings(fixture.document);
    // In JSON the whole answer is one line, of two masks.
    const ofAnswer = kind === 'json' ? [] : linesOf(fixture).map((line, mask) => ({ line, mask }));
    expect(sorted(swatches)).toEqual(sorted([...begins, ...ofAnswer]));
  });

  it('are those of the lines that are looked at', () => {
    const { document, ranges } = markedRecords(kind, recordAround('‸<p> a </p> [SEG], <p> b </p> [SEG]', { masks }));
    const second = beginnings(document)[1]!;
    const at = { line: second.line, character: 0 };
    expect(ranges).toHaveLength(2);
    expect(lookedAt(document, { ranges: [{ start: at, end: at }] }).swatches).toEqual([second]);
  });
});

describe('the swatches in a jsonl', () => {
  it('are none: a line is a record', () => {
    const { document } = markedRecords('jsonl', recordAround('‸A <p> dog </p> [SEG].'));
    expect(lookedAt(document).swatches).toEqual([]);
  });
});

/** The lines where the masks of the first record begin. */
function beginnings(document: UscdfDocument): { line: number; mask: number }[] {
  const [cell] = document.cells;
  return [0, 1].map((mask) => ({
    line: cell!.positionOf(cell!.record.locate(['masks', mask]).start).line,
    mask,
  }));
}

const sorted = <T extends { line: number }>(list: readonly T[]) => [...list].sort((a, b) => a.line - b.line);
