/** ADE20K's scene parsing benchmark with its 150 classes (docs/formats/ade20k.md). */
import { ADE20K } from '../classNames/ade20k.ts';
import type { DatasetFormat } from '../format.ts';
import { LABEL_MAP_OPTIONS, type LabelNames, readLabelMaps } from './labelMaps.ts';
import { classKey, LabelMapWriter } from './labelMapWriter.ts';

/** Pixels of no class; 0 in the files, 255 where other tools mark what is void. */
const [NONE, VOID] = [0, 255];

const names: LabelNames = {
  words: (value) => (value === VOID ? undefined : ADE20K[value - 1]),
  knows: (value) => value === NONE || value === VOID || ADE20K[value - 1] !== undefined,
  all: ADE20K,
};

const values = new Map(ADE20K.map((name, i) => [classKey(name), i + 1]));

export const ade20k: DatasetFormat = {
  kind: 'ade20k',
  title: 'ADE20K (150 classes)',
  page: {
    about:
      'The scene parsing benchmark: `annotations/training/X.png` belongs to `images/training/X.jpg`. A label map has 0 for what is not labelled, and the number of the class from 1 to 150 else.',
    mapping:
      "Each label map becomes a record of the task `semantic`, with a question of the official ones for each class and all of the class's pixels as its mask: `Sure, it is <p> wall </p> [SEG].` A share of the questions (`multi`, 30 % as in the paper) asks for several classes at once, some of which are not in the image; only classes that the label map does not have, and that nothing known of the image may be, are denied. `masks=file` points to the PNGs instead of copying the pixels. Written, phrases that are names of classes become values, in a PNG named like the photograph; `images.jsonl` tells which photograph and record belong to which PNG.",
    lost: 'Reading loses nothing but what is not labelled. Writing keeps the masks of phrases that are names of classes, and gives pixels that masks share to the later one; texts are lost.',
    commands: [
      'uscdf convert --from ade20k ade20k/annotations/validation --images ade20k/images -o ade20k.uscdf.jsonl',
      'uscdf convert --from ade20k ade20k --set classes=3 --set multi=0 -o ade20k.uscdf.jsonl',
      'uscdf convert --to ade20k data.uscdf.jsonl -o mine',
    ],
  },
  readOptions: LABEL_MAP_OPTIONS,
  writesFolder: true,
  read: (input) => readLabelMaps(input, set, names),
  write: (output) =>
    new LabelMapWriter(output, 'ADE20K', 'annotations', {
      none: NONE,
      depth: 8,
      valueOf: (phrase) => values.get(classKey(phrase)),
    }),
};

const set = {
  kind: ade20k.kind,
  // Photographs may be PNGs too, in a folder of their own.
  isLabelMap: (path: string) => !/\/images\//.test(path),
  photographs(labelMap: string) {
    const photograph = labelMap.replace(/\.png$/i, '.jpg');
    const moved = photograph.replace(/(^|\/)annotations\//, '$1images/');
    return [photograph.slice(photograph.lastIndexOf('/') + 1), moved];
  },
};
