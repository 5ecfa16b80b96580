import { walkRowSpans } from './columns.ts';
import { maskOfToggles, type RunLengthMask } from './foreground.ts';

/**
 * The runs of a bitmap: `height * width` bytes, row-major, 0 background and anything else foreground. Throws where the
 * length is another one.
 */
export function fromBitmap(bytes: Uint8Array, height: number, width: number): RunLengthMask {
  if (bytes.length !== height * width) {
    throw new RangeError(`A ${height} × ${width} bitmap has ${height * width} bytes, not ${bytes.length}.`);
  }
  if (bytes.length === 0) return { height, width, counts: new Uint32Array(0) };
  const { words, stride } = wordRows(bytes, height, width);
  const pixels = new Uint8Array(words.buffer, words.byteOffset, height * stride);
  const changes = new ChangeList(width);
  for (let x = 0; x < width; x++) {
    // Runs go on from the foot of a column to the head of the next.
    const above = x > 0 && pixels[(height - 1) * stride + x - 1] !== 0;
    if ((pixels[x] !== 0) !== above) changes.add(x, 0);
  }
  const rowWords = stride >> 2;
  for (let y = 1; y < height; y++) {
    const above = (y - 1) * rowWords;
    let word = nextDifference(words, above, rowWords, 0);
    while (word < rowWords) {
      const last = Math.min(word * 4 + 4, width);
      for (let x = word * 4; x < last; x++) {
        const here = y * stride + x;
        if ((pixels[here] !== 0) !== (pixels[here - stride] !== 0)) changes.add(x, y);
      }
      word = nextDifference(words, above, rowWords, word + 1);
    }
  }
  return maskOfToggles(height, width, changes.columnMajor(height));
}

/** The mask as `height * width` bytes, row-major, 0 or 1. */
export function toBitmap(mask: RunLengthMask): Uint8Array {
  const { height, width } = mask;
  const bytes = new Uint8Array(height * width);
  walkRowSpans(mask, (y, left, right) => {
    bytes.fill(1, y * width + left, y * width + right);
  });
  return bytes;
}

/**
 * The first word from `word` on in which the row that begins at `above` differs from the row below it; `rowWords` where
 * none does. Neighbouring rows are alike nearly everywhere, so four words are compared in one go.
 */
function nextDifference(words: Uint32Array, above: number, rowWords: number, word: number): number {
  const below = above + rowWords;
  let i = word;
  for (; i + 3 < rowWords; i += 4) {
    const first = words[above + i]! ^ words[below + i]!;
    const second = words[above + i + 1]! ^ words[below + i + 1]!;
    const third = words[above + i + 2]! ^ words[below + i + 2]!;
    const fourth = words[above + i + 3]! ^ words[below + i + 3]!;
    if ((first | second | third | fourth) !== 0) break;
  }
  while (i < rowWords && words[above + i] === words[below + i]) i++;
  return i;
}

/** The bitmap as 32-bit words, its rows padded to whole words, so that unchanged rows compare four pixels at a time. */
function wordRows(bytes: Uint8Array, height: number, width: number): { words: Uint32Array; stride: number } {
  const stride = (width + 3) & ~3;
  if (stride === width && (bytes.byteOffset & 3) === 0) {
    return { words: new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2), stride };
  }
  const padded = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) padded.set(bytes.subarray(y * width, (y + 1) * width), y * stride);
  return { words: new Uint32Array(padded.buffer), stride };
}

/**
 * Places where a pixel differs from the one before it in column order, collected row by row and handed out by column.
 */
class ChangeList {
  private columns = new Uint32Array(1024);
  private rows = new Uint32Array(1024);
  private length = 0;
  private readonly perColumn: Uint32Array;

  constructor(width: number) {
    this.perColumn = new Uint32Array(width);
  }

  add(x: number, y: number): void {
    if (this.length === this.columns.length) {
      this.columns = doubled(this.columns);
      this.rows = doubled(this.rows);
    }
    this.columns[this.length] = x;
    this.rows[this.length++] = y;
    this.perColumn[x]!++;
  }

  columnMajor(height: number): Uint32Array {
    const next = new Uint32Array(this.perColumn.length);
    for (let x = 1; x < next.length; x++) next[x] = next[x - 1]! + this.perColumn[x - 1]!;
    const positions = new Uint32Array(this.length);
    for (let i = 0; i < this.length; i++) {
      const x = this.columns[i]!;
      positions[next[x]!++] = x * height + this.rows[i]!;
    }
    return positions;
  }
}

function doubled(list: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(list.length * 2);
  larger.set(list);
  return larger;
}
