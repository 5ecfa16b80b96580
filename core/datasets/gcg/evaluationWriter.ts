/** Writes the files of truth of an evaluation as the records come; only images are kept until the end. */

import { toCompressed } from '../../masks/maskValue.ts';
import { area, boundingBox } from '../../masks/runLengthMask.ts';
import type { Loss, OutputFile, ReadRecord, RecordWriter, WriteOutput } from '../format.ts';
import { type GroundedAnswer, groundedAnswer } from '../groundedAnswer.ts';
import { ImageIds } from './imageIds.ts';

export class EvaluationWriter implements RecordWriter {
  private readonly ids: ImageIds;
  private readonly sets = new Map<string, SetWriter>();
  private readonly isMgsc: boolean;

  constructor(private readonly output: WriteOutput) {
    this.ids = new ImageIds(output.options);
    this.isMgsc = output.options['set'] === 'mgsc';
    // The files are there whatever the records are: the scripts ask for all of them.
    const names = this.isMgsc ? ['root_mgsc', 'subtree_mgsc', 'all_mgsc'] : [`${output.options['split']}_gcg_coco`];
    for (const name of names) this.sets.set(name, new SetWriter(output, name));
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const answer = groundedAnswer(record);
    if (answer === undefined || answer.phrases.length === 0)
      return [
        {
          code: 'no-masks',
          message: 'The record has no answer with phrases and masks, so it is left out.',
          leftOut: true,
        },
      ];
    const { id, losses } = this.ids.next(record);
    const target = typeof record.value['target'] === 'string' ? record.value['target'] : undefined;
    const image = {
      id,
      file_name: record.imagePath === undefined ? record.image : this.output.relative(record.imagePath),
      height: record.height,
      width: record.width,
      // The scripts split it at its colon.
      ...(this.isMgsc && { type: target === undefined ? 'root' : `subtree: ${target.replaceAll(':', ' ')}` }),
    };
    for (const [name, set] of this.sets) {
      if (name === 'root_mgsc' && target !== undefined) continue;
      if (name === 'subtree_mgsc' && target === undefined) continue;
      set.add(image, answer);
    }
    return [...losses, ...answer.losses];
  }

  async end(): Promise<void> {
    for (const set of this.sets.values()) set.end();
  }
}

interface Image {
  readonly id: string;
  readonly [key: string]: unknown;
}

const INFO = '"info": {"description": "Written by uscdf"},\n"annotations": [';

class SetWriter {
  private readonly masks: OutputFile;
  private readonly captions: OutputFile;
  private readonly images: string[] = [];
  /** From 1: the script takes an annotation with id 0 for one without a match. */
  private annotations = 0;

  constructor(output: WriteOutput, name: string) {
    this.masks = output.file(`${name}_mask_gt.json`);
    this.captions = output.file(`${name}_caption_gt.json`);
    this.masks.write(`{${INFO}`);
    this.captions.write(`{${INFO}`);
  }

  add(image: Image, { caption, phrases }: GroundedAnswer): void {
    const count = this.images.push(JSON.stringify(image));
    const labels = phrases.map(({ text }) => text);
    const text = JSON.stringify({ image_id: image.id, caption, labels, id: count });
    this.captions.write(`${count === 1 ? '\n' : ',\n'}${text}`);
    for (const { mask } of phrases) {
      const annotation = {
        id: ++this.annotations,
        image_id: image.id,
        category_id: 1,
        segmentation: toCompressed(mask),
        area: area(mask),
        bbox: boundingBox(mask),
        iscrowd: 0,
      };
      this.masks.write(`${this.annotations === 1 ? '\n' : ',\n'}${JSON.stringify(annotation)}`);
    }
  }

  end(): void {
    const images = `\n],\n"images": [\n${this.images.join(',\n')}\n]`;
    this.captions.write(`${images}}\n`);
    this.masks.write(`${images},\n"categories": [{"id": 1, "name": "object"}]}\n`);
  }
}
