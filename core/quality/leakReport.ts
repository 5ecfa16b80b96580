/** What `uscdf leaks` reports. */

export interface LeakSide {
  readonly file: string;
  /** From 0. */
  readonly line: number;
  /** The record's id. */
  readonly record: string | null;
  /** The image as the record names it. */
  readonly image: string;
}

/**
 * Why two images are taken for one, the surest first: the same file, COCO's number, the same bytes, the same look (few bits
 * of the hash differ), the same name.
 */
export const IMAGE_REASONS = ['same-file', 'coco-id', 'same-bytes', 'same-look', 'same-name'] as const;
export type ImageReason = (typeof IMAGE_REASONS)[number];

export interface ImageLeak {
  readonly reason: ImageReason;
  readonly training: LeakSide;
  readonly evaluation: LeakSide;
}

export interface CaptionLeak {
  readonly equal: boolean;
  /** The share of word triples that both have, 0 to 1. */
  readonly similarity: number;
  readonly training: LeakSide;
  readonly evaluation: LeakSide;
}

export interface LeakReport {
  readonly version: 1;
  readonly training: { readonly records: number; readonly images: number };
  readonly evaluation: { readonly records: number; readonly images: number };
  /** Images of the evaluation that the training has too, each once. */
  readonly images: readonly ImageLeak[];
  /** Captions of the evaluation that the training has too, each once. */
  readonly captions: readonly CaptionLeak[];
}

/** Of each list the text names the first. */
const MOST_LISTED = 20;

const REASONS: Readonly<Record<ImageReason, string>> = {
  'same-file': 'the same file',
  'coco-id': 'the same COCO number',
  'same-bytes': 'the same bytes',
  'same-look': 'the same look',
  'same-name': 'the same name',
};

export function leakText({ training, evaluation, images, captions }: LeakReport): string {
  const head = `Training: ${training.records} records, ${training.images} images. Evaluation: ${evaluation.records} records, ${evaluation.images} images.`;
  if (images.length + captions.length === 0)
    return `${head}\n\nNothing of the evaluation was found in the training files.\n`;
  const blocks = [head];
  if (images.length > 0) {
    const counts = IMAGE_REASONS.flatMap((reason) => {
      const count = images.filter((leak) => leak.reason === reason).length;
      return count === 0 ? [] : [`${count} by ${REASONS[reason]}`];
    });
    const share = ((100 * images.length) / Math.max(1, evaluation.images)).toFixed(1);
    blocks.push(
      [
        `${images.length} of the evaluation's images (${share} %) are in the training files, ${counts.join(', ')}:`,
        ...listed(images.map((leak) => lines(REASONS[leak.reason], leak))),
      ].join('\n'),
    );
  }
  if (captions.length > 0)
    blocks.push(
      [
        `${captions.length} of the evaluation's captions are in the training files:`,
        ...listed(
          captions.map((leak) => lines(leak.equal ? 'equal' : `alike to ${Math.floor(leak.similarity * 100)} %`, leak)),
        ),
      ].join('\n'),
    );
  return `${blocks.join('\n\n')}\n`;
}

function lines(how: string, { training, evaluation }: { training: LeakSide; evaluation: LeakSide }): string {
  return `  ${how}\n    ${sideText(evaluation)}\n    ${sideText(training)}`;
}

function sideText({ file, line, record, image }: LeakSide): string {
  return `${file}:${line + 1}${record === null ? '' : ` [${record}]`} ${image}`;
}

function listed(all: readonly string[]): readonly string[] {
  const left = all.length - MOST_LISTED;
  return left <= 0 ? all : [...all.slice(0, MOST_LISTED), `  … and ${left} more; --format json has them all.`];
}
