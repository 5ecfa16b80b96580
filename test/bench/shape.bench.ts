import type { DrawnMask, ShapeEdit } from '../../core/language/shaping/shapeEdit.ts';
import { shapeRecord } from '../../core/language/shaping/shapeRecord.ts';
import { encodeCounts, type RunLengthMask } from '../../core/masks/runLengthMask.ts';
import { type FileKind, UscdfDocument } from '../../core/records/document.ts';
import { writeFile } from '../../core/records/writeRecord.ts';
import { groundedPhrase } from '../../core/text/compose.ts';
import { quantiles } from './dataset.ts';

const [HEIGHT, WIDTH] = [3000, 4000];
const MASKS = 100;
const RECORDS = 20;
const STROKES = 60;
const KINDS: readonly FileKind[] = ['jsonl', 'json', 'uscdf'];

/**
 * A stroke to the edit of the text, on a photograph of 12 megapixels with 100 masks: of a record that is read already, as it
 * is when the preview shows it, of one that the last stroke has just changed, and where the mask is new and gets a name.
 * Against encoding the mask alone.
 */
export async function run(): Promise<void> {
  const strokes = Array.from({ length: STROKES }, (_, i) => blob(2000 + 10 * i, 1500, 900, i));
  const encoding = quantiles(strokes.map((mask) => timed(() => encodeCounts(mask.counts))));
  console.log(`encoding the mask alone: median ${encoding.median.toFixed(3)} ms`);
  for (const kind of KINDS) {
    const text = writeFile(kind, records());
    if (!text.ok) throw new Error(text.message);
    const document = new UscdfDocument(kind, text.value);
    const cold: number[] = [];
    const warm: number[] = [];
    const named: number[] = [];
    for (const [i, mask] of strokes.entries()) {
      const mine = i % MASKS;
      cold.push(timed(() => stroke(document, mine, mask)));
      let edits = stroke(document, mine, mask);
      warm.push(timed(() => (edits = stroke(document, mine, mask))));
      named.push(timed(() => shape(document, { kind: 'nameMask', name: 'a new thing', drawn: drawnOf(mask) })));
      for (const edit of [...edits].reverse()) document.update(edit);
    }
    show(`${kind}, read already`, warm, encoding.median, 20);
    show(`${kind}, just changed`, cold, encoding.median, 100);
    show(`${kind}, a new mask`, named, encoding.median, 100);
  }
}

function stroke(document: UscdfDocument, mask: number, drawn: RunLengthMask) {
  return shape(document, { kind: 'setMask', mask, drawn: drawnOf(drawn) });
}

function drawnOf({ counts }: RunLengthMask): DrawnMask {
  return { size: [HEIGHT, WIDTH], counts: encodeCounts(counts) };
}

function shape(document: UscdfDocument, edit: ShapeEdit) {
  const result = shapeRecord(document, RECORDS >> 1, edit, undefined);
  if (!result.ok) throw new Error(result.message);
  return result.value.edits;
}

function show(name: string, times: readonly number[], encoding: number, bar: number): void {
  const { median, p95 } = quantiles(times);
  console.log(
    `${name.padEnd(22)} median ${median.toFixed(2)} ms  p95 ${p95.toFixed(2)} ms  ratio to encoding: ${(median / encoding).toFixed(1)}, to the bar of ${bar} ms: ${(median / bar).toFixed(2)}`,
  );
}

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

/** Records of which each describes 100 things. */
function records() {
  return Array.from({ length: RECORDS }, (_, record) => ({
    id: `photo-${record}`,
    image: `photo-${record}.jpg`,
    width: WIDTH,
    height: HEIGHT,
    conversations: [
      { from: 'human', value: '<image>\nPlease describe the image.' },
      {
        from: 'gpt',
        value: `I see ${Array.from({ length: MASKS }, (_, i) => groundedPhrase(`thing ${i}`)).join(', ')}.`,
      },
    ],
    masks: Array.from({ length: MASKS }, (_, i) => {
      const { counts } = blob(300 + 34 * i, 400 + 22 * i, 250, i);
      return { size: [HEIGHT, WIDTH], counts: encodeCounts(counts), bbox: [0, 0, 1, 1], area: 1, score: 0.9 };
    }),
  }));
}

/** A disc with a wavy border, in pixels: column by column one run. */
function blob(x: number, y: number, radius: number, seed: number): RunLengthMask {
  const counts: number[] = [];
  let at = 0;
  for (let column = Math.max(0, x - radius); column < Math.min(WIDTH, x + radius); column++) {
    const half = Math.sqrt(radius ** 2 - (column - x) ** 2) * (0.9 + 0.1 * Math.sin(column / (7 + (seed % 5))));
    const top = column * HEIGHT + Math.max(0, Math.round(y - half));
    const bottom = column * HEIGHT + Math.min(HEIGHT, Math.round(y + half));
    if (bottom <= top) continue;
    counts.push(top - at, bottom - top);
    at = bottom;
  }
  counts.push(HEIGHT * WIDTH - at);
  return { height: HEIGHT, width: WIDTH, counts: Uint32Array.from(counts) };
}
