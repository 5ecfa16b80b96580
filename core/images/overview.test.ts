import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { maskColor } from '../masks/palette.ts';
import { rasteriseBox, rasterisePolygons } from '../masks/polygons.ts';
import { area, fromBitmap, type RunLengthMask, toBitmap } from '../masks/runLengthMask.ts';
import { BADGE_RADIUS, placeBadges } from './badges.ts';
import { decodeImage } from './decode.ts';
import { fillContours, roundedBox } from './fill.ts';
import { interFont } from './font/inter.ts';
import { renderOverview } from './overview.ts';
import { cropToMask, paintMask } from './paint.ts';
import { layOutText } from './phraseText.ts';
import { blankRaster, copyRaster, type Raster } from './raster.ts';
import { drawText, fitText, measureText } from './text.ts';

const font = interFont();

function pixel({ width, data }: Raster, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
}

/** How dark a white raster has become, in whole black pixels. */
function inkOf(raster: Raster): number {
  let ink = 0;
  for (let i = 0; i < raster.data.length; i += 4) ink += (255 - raster.data[i]!) / 255;
  return ink;
}

describe('fillContours', () => {
  it('covers as much as the shape is large, at any offset', () => {
    for (const offset of [0, 0.25, 0.4]) {
      const page = blankRaster(40, 40, [255, 255, 255]);
      fillContours(
        page,
        [[5 + offset, 5 + offset, 25 + offset, 5 + offset, 25 + offset, 15 + offset, 5 + offset, 15 + offset]],
        [0, 0, 0],
      );
      expect(inkOf(page)).toBeCloseTo(200, -1);
      const disc = blankRaster(40, 40, [255, 255, 255]);
      fillContours(disc, [roundedBox(8 + offset, 8, 20, 20, 10)], [0, 0, 0]);
      expect(Math.abs(inkOf(disc) - Math.PI * 100)).toBeLessThan(4);
    }
  });

  it('fills by winding: overlaps stay filled, a contour the other way is a hole', () => {
    const page = blankRaster(20, 20, [255, 255, 255]);
    const box = (a: number, b: number) => [a, a, b, a, b, b, a, b];
    fillContours(page, [box(0, 12), box(8, 20)], [0, 0, 0]);
    expect(pixel(page, 10, 10)).toEqual([0, 0, 0, 255]);
    const ring = blankRaster(20, 20, [255, 255, 255]);
    fillContours(ring, [box(0, 20), [5, 5, 5, 15, 15, 15, 15, 5]], [0, 0, 0]);
    expect(pixel(ring, 10, 10)).toEqual([255, 255, 255, 255]);
    expect(pixel(ring, 2, 2)).toEqual([0, 0, 0, 255]);
  });

  it('is cut at the border', () => {
    const page = blankRaster(6, 6, [255, 255, 255]);
    fillContours(page, [[-1e6, -1e6, 1e6, -1e6, 1e6, 1e6, -1e6, 1e6]], [9, 9, 9], 0.5);
    expect(pixel(page, 0, 0)).toEqual([132, 132, 132, 255]);
    fillContours(page, [[NaN, 0, 3, 3, 0, 3]], [0, 0, 0]);
    fillContours(page, [], [0, 0, 0]);
    expect(pixel(page, 5, 5)).toEqual([132, 132, 132, 255]);
  });
});

describe('text', () => {
  const style = { font, size: 40 };

  it('measures what it draws', () => {
    const page = blankRaster(400, 60, [255, 255, 255]);
    const end = drawText(page, 'Two dogs', 10, 44, { ...style, rgb: [0, 0, 0] });
    expect(end).toBeCloseTo(10 + measureText('Two dogs', style), 6);
    expect(inkOf(page)).toBeGreaterThan(500);
    for (let y = 0; y < 60; y++) expect(pixel(page, Math.ceil(end) + 1, y)[0]).toBe(255);
  });

  it('leaves counters open', () => {
    const page = blankRaster(60, 60, [255, 255, 255]);
    const end = drawText(page, 'O', 5, 48, { font, size: 56, rgb: [0, 0, 0] });
    expect(pixel(page, Math.round((5 + end) / 2), 28)).toEqual([255, 255, 255, 255]);
  });

  it('draws a box for a character that the font lacks, and nothing for white space and joiners', () => {
    const page = blankRaster(60, 60, [255, 255, 255]);
    drawText(page, '狗', 5, 48, { ...style, rgb: [0, 0, 0] });
    expect(inkOf(page)).toBeGreaterThan(50);
    expect(pixel(page, 5 + 12, 34)[0]).toBe(255);
    expect(measureText('\u200d\ufe0f', style)).toBe(0);
    const blank = blankRaster(60, 60, [255, 255, 255]);
    drawText(blank, ' \n\t', 5, 48, { ...style, rgb: [0, 0, 0] });
    expect(inkOf(blank)).toBe(0);
  });

  it('shortens to a width', () => {
    expect(fitText('short', 500, style)).toBe('short');
    const shortened = fitText('a very long label indeed', 200, style);
    expect(shortened).toMatch(/^a very.*…$/);
    expect(measureText(shortened, style)).toBeLessThanOrEqual(200);
    expect(fitText('x', 1, style)).toBe('…');
  });

  it('breaks lines between words, keeps numbers and commas with their phrase, and breaks words that are too long', () => {
    const mark = { rgb: maskColor(0).rgb, number: '12' };
    const parts = [
      { text: 'We see ' },
      { text: 'a large dog', mark },
      { text: ', then ' },
      { text: 'a cat', mark },
      { text: '.' },
    ];
    for (let width = 90; width < 400; width += 7) {
      const { lines, height } = layOutText(parts, width, { font, size: 16, lineHeight: 26, rgb: [0, 0, 0] });
      expect(height).toBe(26 * lines.length);
      expect(
        lines
          .flat()
          .map(({ text }) => text)
          .join(' '),
      ).toBe('We see a large dog 12 , then a cat 12 .');
      for (const line of lines) {
        expect(line[0]!.text).not.toMatch(/^(12|[,.])$/);
        for (const piece of line) expect(piece.x + piece.width).toBeLessThanOrEqual(width);
        line.slice(1).forEach((piece, i) => {
          expect(piece.x).toBeGreaterThanOrEqual(line[i]!.x + line[i]!.width - 1e-9);
        });
      }
    }
    const long = layOutText([{ text: 'x'.repeat(200) }], 100, { font, size: 16, lineHeight: 26, rgb: [0, 0, 0] });
    expect(
      long.lines
        .flat()
        .map(({ text }) => text)
        .join(''),
    ).toBe('x'.repeat(200));
    for (const [piece] of long.lines) expect(piece!.width).toBeLessThanOrEqual(100);
  });
});

describe('paintMask', () => {
  const mask = rasteriseBox([3, 2, 10, 6], 16, 20);

  it('mixes the colour into the foreground and leaves the rest', () => {
    const grey = blankRaster(20, 16, [100, 100, 100]);
    const painted = copyRaster(grey);
    paintMask(painted, mask, [200, 0, 50], 0.5);
    const bitmap = toBitmap(mask);
    for (let i = 0; i < bitmap.length; i++) {
      expect(pixel(painted, i % 20, Math.floor(i / 20))).toEqual(bitmap[i] ? [150, 50, 75, 255] : [100, 100, 100, 255]);
    }
    expect(pixel(grey, 5, 5)).toEqual([100, 100, 100, 255]);
  });

  it('draws the outline inside the mask and a light line outside', () => {
    const painted = blankRaster(20, 16, [100, 100, 100]);
    paintMask(painted, mask, [200, 0, 50], 0.5, { outline: true });
    expect(pixel(painted, 3, 5)).toEqual([200, 0, 50, 255]);
    expect(pixel(painted, 8, 5)).toEqual([150, 50, 75, 255]);
    expect(pixel(painted, 2, 5)[0]).toBeGreaterThan(200);
    expect(pixel(painted, 1, 5)).toEqual([100, 100, 100, 255]);
  });

  it('stretches a mask of another size', () => {
    const painted = blankRaster(40, 32, [0, 0, 0]);
    paintMask(painted, mask, [255, 255, 255], 1);
    let white = 0;
    for (let i = 0; i < painted.data.length; i += 4) white += painted.data[i]! / 255;
    expect(white).toBe(4 * area(mask));
  });
});

describe('cropToMask', () => {
  it('scales the part round the mask and the mask alike', () => {
    const picture = blankRaster(400, 300, [10, 20, 30]);
    const mask = rasteriseBox([100, 100, 40, 20], 300, 400);
    paintMask(picture, mask, [255, 255, 255], 1);
    const part = cropToMask(picture, mask, { padding: 0.25, maxSide: 120 });
    expect([part.raster.width, part.raster.height]).toEqual([120, 80]);
    expect([part.mask.width, part.mask.height]).toEqual([120, 80]);
    const bitmap = toBitmap(part.mask);
    for (const [x, y] of [
      [60, 40],
      [25, 25],
      [5, 5],
      [110, 70],
    ] as const) {
      expect(pixel(part.raster, x, y)[0]).toBe(bitmap[y * 120 + x] ? 255 : 10);
    }
  });

  it('enlarges small masks four times at most and shows the whole picture for an empty one', () => {
    const picture = blankRaster(50, 40, [0, 0, 0]);
    const speck = cropToMask(picture, rasteriseBox([20, 20, 2, 2], 40, 50));
    expect([speck.raster.width, speck.raster.height]).toEqual([32, 32]);
    const whole = cropToMask(picture, fromBitmap(new Uint8Array(2000), 40, 50), { maxSide: 25 });
    expect([whole.raster.width, whole.raster.height]).toEqual([25, 20]);
  });
});

describe('placeBadges', () => {
  it('puts a badge in a large mask, beside a small one, and none on another', () => {
    const masks: RunLengthMask[] = [rasteriseBox([0, 0, 300, 200], 200, 300)];
    for (let i = 0; i < 12; i++) masks.push(rasteriseBox([100 + 9 * i, 90, 6, 6], 200, 300));
    const places = placeBadges(
      masks,
      masks.map((_, i) => i),
      300,
      200,
    );
    expect(places).toHaveLength(13);
    expect(places.find(({ index }) => index === 0)?.anchor).toBeUndefined();
    places.forEach((a, i) => {
      if (a.index > 0) expect(Math.hypot(a.anchor!.x - (103 + 9 * (a.index - 1)), a.anchor!.y - 93)).toBeLessThan(4);
      expect(Math.min(a.x, a.y, 300 - a.x, 200 - a.y)).toBeGreaterThanOrEqual(BADGE_RADIUS);
      for (const b of places.slice(0, i)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(2 * BADGE_RADIUS);
    });
  });
});

/** Pixels that are not white within `margin` pixels of the page's border. */
function inkInMargin({ width, height, data }: Raster, margin: number): number {
  let ink = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const outside = x < margin || y < margin || x >= width - margin || y >= height - margin;
      if (outside && data[(y * width + x) * 4] !== 255) ink++;
    }
  }
  return ink;
}

describe('renderOverview', () => {
  function photograph(): Raster {
    const image = decodeImage(
      new Uint8Array(readFileSync(new URL('../../test/fixtures/images/baseline-444.jpg', import.meta.url))),
    );
    if (!image.ok) throw new Error(image.message);
    return image.value;
  }

  const caption = [
    { speaker: 'Question', parts: [{ text: 'Please segment the box.' }] },
    { speaker: 'Answer', parts: [{ text: 'Sure, it is ' }, { text: 'the box', mask: 0 }, { text: '.' }] },
  ];

  it('shows the photograph, the colours of the masks, and a legend', () => {
    const image = photograph();
    const mask = rasterisePolygons([[16, 10, 40, 10, 40, 24, 16, 24]], image.height, image.width);
    const page = renderOverview(
      { image, masks: [{ mask, label: 'the box', color: 4, score: 0.91 }], title: 'One', caption },
      font,
    );
    const { rgb } = maskColor(4);
    let pure = 0;
    let opaque = 0;
    for (let i = 0; i < page.data.length; i += 4) {
      if (page.data[i] === rgb[0] && page.data[i + 1] === rgb[1] && page.data[i + 2] === rgb[2]) pure++;
      if (page.data[i + 3] === 255) opaque++;
    }
    expect(opaque).toBe(page.width * page.height);
    // Outline, badge, legend and underline.
    expect(pure).toBeGreaterThan(500);
    for (const [x, y] of [
      [0, 0],
      [page.width - 1, 0],
      [0, page.height - 1],
      [page.width - 1, page.height - 1],
    ] as const) {
      expect(pixel(page, x, y)).toEqual([255, 255, 255, 255]);
    }
  });

  it('keeps its margin clear whatever the shape of the image and the length of the text', () => {
    const long = 'a phrase that goes on and on with words '.repeat(40);
    const shapes = [
      [1, 1],
      [2000, 40],
      [40, 2000],
      [640, 480],
      [1200, 500],
    ] as const;
    for (const [width, height] of shapes) {
      for (const count of [0, 9, 130]) {
        const mask = rasteriseBox([0, 0, width / 2, height / 2], height, width);
        const masks = Array.from({ length: count }, (_, i) => ({
          mask,
          label: `${i} ${long}`,
          color: i,
          ...(i % 2 ? { score: 0.5 } : {}),
        }));
        const parts = [
          { text: long },
          ...masks.slice(0, 20).map((_, i) => ({ text: 'a phrase', mask: i })),
          { text: 'W'.repeat(90) },
        ];
        const image = blankRaster(width, height, [90, 120, 80]);
        const page = renderOverview({ image, masks, title: long, caption: [{ parts }] }, font);
        expect(inkInMargin(page, 20), `${width} × ${height}, ${count} masks`).toBe(0);
      }
    }
  });
});
