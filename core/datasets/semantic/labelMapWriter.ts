/** Writes label maps: a PNG for each record, a value for each class. */
import { encode as encodePng } from 'fast-png';
import { walkRowSpans } from '../../masks/columns.ts';
import { FileNames, stemOf } from '../fileNames.ts';
import type { Loss, OutputFile, ReadRecord, RecordWriter, WriteOutput } from '../format.ts';

export interface LabelValues {
  /** The value of pixels of no class. */
  readonly none: number;
  /** The value for a phrase; `undefined` where the set has no class of this name. */
  valueOf(phrase: string): number | undefined;
  /** Bits a pixel. */
  readonly depth: 8 | 16;
  /** What is written beside the label maps when all is done. */
  end?(output: WriteOutput): void;
}

export class LabelMapWriter implements RecordWriter {
  private readonly names = new FileNames();
  private readonly list: OutputFile;

  constructor(
    private readonly output: WriteOutput,
    private readonly set: string,
    private readonly folder: string,
    private readonly values: LabelValues,
  ) {
    this.list = output.file('images.jsonl');
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const { height, width, segments } = record;
    const losses: Loss[] = [];
    if (height === undefined || width === undefined)
      return [{ code: 'no-size', message: 'The size of its image is not known, so it is left out.', leftOut: true }];
    const pixels = (this.values.depth === 8 ? new Uint8Array(height * width) : new Uint16Array(height * width)).fill(
      this.values.none,
    );
    let written = 0;
    let overlap = false;
    for (const { phrase, label, mask } of segments) {
      const value = this.values.valueOf(label ?? phrase) ?? this.values.valueOf(phrase);
      if (mask === undefined || mask.height !== height || mask.width !== width)
        losses.push({
          code: 'mask',
          message: `The mask of "${phrase}" cannot be read, or is of another size than the image.`,
        });
      else if (value === undefined)
        losses.push({ code: 'no-class', message: `"${phrase}" is no class of ${this.set}: its mask is left out.` });
      else {
        written++;
        walkRowSpans(mask, (y, left, right) => {
          for (let at = y * width + left; at < y * width + right; at++) {
            if (pixels[at] !== this.values.none && pixels[at] !== value) overlap = true;
            pixels[at] = value;
          }
        });
      }
    }
    if (written === 0)
      return [
        ...losses,
        { code: 'no-masks', message: 'The record has no mask that can be written, so it is left out.', leftOut: true },
      ];
    if (overlap)
      losses.push({
        code: 'overlap',
        message: 'Masks of different classes share pixels, which a label map cannot hold: the later mask has them.',
      });
    losses.push({ code: 'text', message: 'Questions, answers and denials have no place here; the classes are kept.' });
    // As the sets do it: X.png belongs to X.jpg.
    const name = `${this.names.free(stemOf(record.image) || record.id)}.png`;
    this.output
      .file(`${this.folder}/${name}`)
      .write(encodePng({ width, height, data: pixels, channels: 1, depth: this.values.depth }));
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    this.list.write(`${JSON.stringify({ labels: `${this.folder}/${name}`, image, record_id: record.id })}\n`);
    return losses;
  }

  async end(): Promise<void> {
    this.values.end?.(this.output);
  }
}

/** A class's name in the form in which phrases are looked up: without case and the number of one of several. */
export function classKey(phrase: string): string {
  return phrase.trim().toLowerCase().replace(/-\d+$/, '');
}
