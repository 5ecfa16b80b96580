/** Pascal-Part, as VLPart rewrote it in COCO's form (docs/formats/pascal-part.md). */
import type { DatasetFormat } from '../format.ts';
import { PART_OPTIONS, type PartName, type PartSet, readParts } from './parts.ts';

export const pascalPart: DatasetFormat = {
  kind: 'pascal-part',
  title: 'Pascal-Part (VLPart)',
  page: {
    about:
      "Parts of the objects of Pascal VOC 2010, in COCO's form as VLPart writes it (`pascal_part/train.json`): every category is `object:part`, masks are runs. The photographs are VOCdevkit's.",
    mapping:
      'Each image becomes a record of the task `semantic`, with a question for each part in it, "dog head" or "the head of the dog", by chance. Several instances of a part are one mask, or numbered phrases with `same=number`. With `multi` a share of the questions asks for several parts at once, some of which are not in the image. The size is that of the photograph, or else of the masks, for VLPart writes 512 × 512 where it does not know better.',
    lost: 'Which part belongs to which instance.',
    commands: [
      'uscdf convert --from pascal-part pascal_part/train.json --images VOCdevkit/VOC2010/JPEGImages -o parts.uscdf.jsonl',
    ],
  },
  readOptions: PART_OPTIONS,
  read: (input) => readParts(input, set),
};

const set: PartSet = {
  kind: pascalPart.kind,
  nameOf(category): PartName {
    const at = category.indexOf(':');
    const words = (text: string) => text.replace(/[:_]/g, ' ').trim();
    return at < 0
      ? { object: words(category), part: undefined }
      : { object: words(category.slice(0, at)), part: words(category.slice(at + 1)) };
  },
  photographs: (fileName) => [fileName, `JPEGImages/${fileName}`],
  absentIn: () => undefined,
};
