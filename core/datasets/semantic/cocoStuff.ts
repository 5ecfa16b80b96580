/** COCO-Stuff: label maps of things and stuff (docs/formats/coco-stuff.md). */
import { COCO_STUFF_182 } from '../classNames/cocoStuff.ts';
import { panopticWords } from '../coco/panopticNames.ts';
import type { DatasetFormat, ReadInput } from '../format.ts';
import { LABEL_MAP_OPTIONS, type LabelNames, readLabelMaps } from './labelMaps.ts';
import { classKey, LabelMapWriter } from './labelMapWriter.ts';

const VOID = 255;

export const cocoStuff: DatasetFormat = {
  kind: 'coco-stuff',
  title: 'COCO-Stuff',
  page: {
    about:
      'The pixel maps of COCO-Stuff (`stuffthingmaps`): a PNG for each photograph of COCO, in which 0 is the first class, person, and 255 is void. There are 182 values, eleven of which are never used.',
    mapping:
      'Each label map becomes a record of the task `semantic`, as for ADE20K, with the paper\'s conversion to several and absent classes (`multi`). The 28 classes whose names have a hyphen, such as `wall-brick`, are void to the official loaders, and here too; `hyphens=words` asks for them in words ("brick wall"; `building-other` is "building"). Written, phrases that are names of classes become values.',
    lost: 'Reading leaves out void, and the classes with a hyphen unless `hyphens=words` is set. Writing keeps the masks of phrases that are names of classes; texts are lost.',
    commands: [
      'uscdf convert --from coco-stuff stuffthingmaps/val2017 --images val2017 -o stuff.uscdf.jsonl',
      'uscdf convert --from coco-stuff stuffthingmaps/val2017 --set hyphens=words --images val2017 -o stuff.uscdf.jsonl',
      'uscdf convert --to coco-stuff data.uscdf.jsonl -o mine',
    ],
  },
  readOptions: [
    ...LABEL_MAP_OPTIONS,
    {
      name: 'hyphens',
      description: 'What becomes of classes such as wall-brick: nothing, as in the official loaders, or words.',
      default: 'void',
      choices: ['void', 'words'],
    },
  ],
  writesFolder: true,
  read,
  write: (output) =>
    new LabelMapWriter(output, 'COCO-Stuff', 'labels', {
      none: VOID,
      depth: 8,
      valueOf: (phrase) => values.get(classKey(phrase)) ?? values.get(phrase.trim().toLowerCase()),
    }),
};

function read(input: ReadInput) {
  const wordsOf = (name: string) =>
    !name.includes('-') ? name : input.options['hyphens'] === 'words' ? stuffWords(name) : undefined;
  const names: LabelNames = {
    words: (value) => {
      const name = COCO_STUFF_182[value];
      return name === undefined ? undefined : wordsOf(name);
    },
    hidden: (value) => {
      const name = COCO_STUFF_182[value];
      return name === undefined || wordsOf(name) !== undefined ? undefined : stuffWords(name);
    },
    knows: (value) => value === VOID || COCO_STUFF_182[value] !== undefined,
    all: COCO_STUFF_182.flatMap((name) => (UNUSED.has(name) ? [] : (wordsOf(name) ?? []))),
  };
  return readLabelMaps(input, set, names);
}

/** Nobody labelled these, so that nobody can say of a photograph that they are not in it. */
const UNUSED = new Set([
  ...['street sign', 'hat', 'shoe', 'eye glasses', 'plate', 'mirror', 'window', 'desk', 'door', 'blender'],
  'hair brush',
]);

const set = {
  kind: cocoStuff.kind,
  isLabelMap: () => true,
  photographs(labelMap: string) {
    const photograph = labelMap.replace(/\.png$/i, '.jpg');
    const [folder, name] = photograph.split('/').slice(-2);
    return name === undefined ? [folder!] : [`${folder}/${name}`, name];
  },
};

/** Materials are said before what is made of them: "brick wall"; of `…-other` and `…-stuff` the first word is what one says. */
function stuffWords(name: string): string {
  const [thing = '', kind = ''] = name.split('-');
  if (kind === 'other' || kind === 'stuff') return thing;
  const known = panopticWords(name);
  return known.includes('-') ? `${kind} ${thing}` : known;
}

const values = new Map<string, number>();
// The names of the unused ones are words for others: of window-other one says "window".
for (const [value, name] of COCO_STUFF_182.entries()) {
  values.set(name, value);
  if (name.includes('-')) values.set(stuffWords(name), value);
}
