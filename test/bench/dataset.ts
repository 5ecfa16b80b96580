/** Records like those of real datasets, about 1 KB each. */
import { fromBitmap } from '../../core/masks/bitmap.ts';
import { toCompressed } from '../../core/masks/maskValue.ts';

const [HEIGHT, WIDTH] = [480, 640];

/** A line of a `.uscdf.jsonl`; two phrases, two masks, a negative. */
export function datasetLine(index: number): string {
  return JSON.stringify({
    id: `record-${index}`,
    image: `train2017/${String(index).padStart(12, '0')}.jpg`,
    width: WIDTH,
    height: HEIGHT,
    task: 'referring',
    conversations: [
      { from: 'human', value: '<image>\nPlease segment the dog, the zebra, and the frisbee in this image.' },
      {
        from: 'gpt',
        value: "Sure, <p> the dog </p> [SEG] and <p> the frisbee </p> [SEG]. But I don't see any zebra in this image.",
      },
    ],
    masks: [LEFT[index % LEFT.length], RIGHT[(index * 7) % RIGHT.length]],
  });
}

/** Masks with an uneven border, each another one, with about 300 letters of runs. */
function blobs(x: number, y: number): readonly ReturnType<typeof toCompressed>[] {
  return Array.from({ length: 32 }, (_, seed) => {
    const pixels = new Uint8Array(HEIGHT * WIDTH);
    for (let column = 0; column < 100; column++) {
      const half = Math.round(
        40 * Math.sin((Math.PI * (column + 1)) / 101) + 6 * Math.sin(column * (0.3 + seed / 50)) + 8,
      );
      pixels.fill(1, (x + column) * HEIGHT + y - half, (x + column) * HEIGHT + y + half);
    }
    return toCompressed(fromBitmap(transposed(pixels), HEIGHT, WIDTH));
  });
}

/** From columns to rows. */
function transposed(columns: Uint8Array): Uint8Array {
  const rows = new Uint8Array(columns.length);
  for (let x = 0; x < WIDTH; x++) for (let y = 0; y < HEIGHT; y++) rows[y * WIDTH + x] = columns[x * HEIGHT + y]!;
  return rows;
}

const LEFT = blobs(40, 160);
const RIGHT = blobs(480, 320);

/** A whole file of about so many bytes. */
export function dataset(bytes: number): string {
  const lines: string[] = [];
  for (let size = 0, i = 0; size < bytes; i++) {
    const line = datasetLine(i);
    lines.push(line);
    size += line.length + 1;
  }
  return `${lines.join('\n')}\n`;
}

/** The time in the middle, and the one that 95 of 100 stay under, in milliseconds. */
export function quantiles(times: readonly number[]): { readonly median: number; readonly p95: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { median: at(0.5), p95: at(0.95) };
}
