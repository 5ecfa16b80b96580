/** PACO-LVIS: objects and their parts on COCO's photographs (docs/formats/paco.md). */
import type { DatasetFormat } from '../format.ts';
import { PART_OPTIONS, type PartName, type PartSet, readParts } from './parts.ts';

export const paco: DatasetFormat = {
  kind: 'paco',
  title: 'PACO-LVIS',
  page: {
    about:
      "Objects and parts of objects on photographs of COCO, in COCO's form: 75 categories of objects (`dog`) and 456 of parts (`dog:head`), masks as polygons or runs.",
    mapping:
      'Each image becomes a record of the task `semantic`, with a question for each category in it. Parts are "dog head" or "the head of the dog", by chance, as LISA and MGLMM say it; what stands in parentheses is left out of a name, and underscores are spaces (the loaders keep them). Several instances of a category are one mask, or numbered phrases with `same=number`. With `multi` a share of the questions asks for several categories at once; since not every category is looked for in every image, only those are denied that the set itself lists as absent (`neg_category_ids`).',
    lost: 'Attributes, colours, and which part belongs to which instance.',
    commands: [
      'uscdf convert --from paco paco_lvis_v1_train.json --images coco -o paco.uscdf.jsonl',
      'uscdf convert --from paco paco_lvis_v1_train.json --set same=number --set multi=0 --images coco -o paco.uscdf.jsonl',
    ],
  },
  readOptions: PART_OPTIONS,
  read: (input) => readParts(input, set),
};

const set: PartSet = {
  kind: paco.kind,
  nameOf(category): PartName {
    const [object = '', ...part] = category.split(':').map((each) => each.split('_(')[0]!.replaceAll('_', ' ').trim());
    return { object, part: part.length === 0 ? undefined : part.join(' ') };
  },
  photographs: (fileName) => [fileName],
  absentIn: (image) => (Array.isArray(image['neg_category_ids']) ? image['neg_category_ids'] : []),
};
