/**
 * The sets of referring expressions that the refer toolkit reads (docs/formats/refcoco.md and its neighbours): expressions in
 * `refs(<splitBy>)`, joined with the masks of `instances.json`.
 */
import type { DatasetFormat, FormatOption, ReadEvent, ReadInput } from '../format.ts';
import { NEGATIVES_FROM } from '../multiReference/expressionFiles.ts';
import { MULTI_REFERENCE_OPTIONS } from '../multiReference/multiReference.ts';
import { readSet } from './readSet.ts';
import type { ReferSet } from './referSet.ts';

const MAPPING = `Each expression becomes a record: one of the official questions, and \`Sure, it is <p> the expression </p> [SEG].\` with the mask of its annotation. Expressions are in the refs file; masks are in \`instances.json\`, which lies beside it or is named too. Pickles are read opcode by opcode, and whatever would run is refused.

\`split=val\` takes one split (\`testA\` takes \`testAB\` too, as the refer toolkit does), \`split-by=google\` another refs file of the folder, \`sentences=first\` one expression of each object, and \`text=raw\` the words as they were typed.

As in the paper, 30 % of the expressions (\`multi=0.3\`) become questions for several things of which some are absent. Positives are other expressions of the image. Negatives are expressions of other images, or with \`negatives-from\` those of another set: the paper takes RefCLEF's for RefCOCO's images and the reverse. A tenth of these questions (\`empty=0.1\`) ask for absent things only. The same seed gives the same records, whatever their order.

Nothing is denied that the image's own classes or expressions may mean: the same word, a plural, a synonym, a wider or a narrower word ("man" where there is a person, "blue shirt" too). What is in most images ("sky", "man" where nobody looked for people) and what names nothing ("left one") is never denied. With \`proven=true\` only what the set's classes name, and what they do not have in the image, is.`;

const LOST =
  'Boxes, tokens and licences. With `multi` above 0 an expression that became a question for absent things only loses its mask; `multi=0` keeps each expression with its own mask. Words as they were typed stay under `provenance.raw` where they differ.';

const OPTIONS: readonly FormatOption[] = [
  { name: 'split', description: 'One split, such as train, val, testA; empty for all.', default: '' },
  { name: 'split-by', description: 'Which refs file of a folder: unc, umd, google, berkeley.', default: '' },
  {
    name: 'sentences',
    description: 'Each expression of an object, its first one, or one by chance.',
    default: 'each',
    choices: ['each', 'first', 'one'],
  },
  {
    name: 'text',
    description: 'The expression in lower case without punctuation, or as it was typed.',
    default: 'sent',
    choices: ['sent', 'raw'],
  },
  {
    name: 'negatives',
    description: 'Deny expressions, or the names of classes that are not in the image.',
    default: 'expressions',
    choices: ['expressions', 'classes', 'none'],
  },
  NEGATIVES_FROM,
  ...MULTI_REFERENCE_OPTIONS,
];

export function referFormat(set: ReferSet): DatasetFormat {
  const { kind, title, about, mapping = '', lost = '', photographs, refsFile = `refs(${set.splitBy}).p` } = set;
  return {
    kind,
    title,
    page: {
      about,
      mapping: mapping === '' ? MAPPING : `${MAPPING}\n\n${mapping}`,
      lost: lost === '' ? LOST : `${LOST} ${lost}`,
      commands: [
        `uscdf convert --from ${kind} refer_seg/${kind} --images ${photographs} --set split=train -o ${kind}.uscdf.jsonl`,
        `uscdf convert --from ${kind} "refer_seg/${kind}/${refsFile}" refer_seg/${kind}/instances.json --set multi=0 --images ${photographs} -o ${kind}.uscdf.jsonl`,
        `uscdf convert --from ${kind} refer_seg/${kind} --set "negatives-from=refer_seg/${kind === 'refclef' ? 'refcoco' : 'refclef'}" --images ${photographs} -o ${kind}.uscdf.jsonl`,
      ],
    },
    readOptions: OPTIONS,
    read: (input: ReadInput): AsyncIterable<ReadEvent> => readSet(set, input),
  };
}

const COCO_PHOTOGRAPHS = 'train2014';

export const refcoco = referFormat({
  kind: 'refcoco',
  title: 'RefCOCO',
  splitBy: 'unc',
  about:
    'Expressions such as "woman in red on the left" for single objects in COCO photographs, from a game of two players: `refs(unc).p` and `instances.json`, as the refer toolkit has them (142,210 expressions for 50,000 objects).',
  photographs: COCO_PHOTOGRAPHS,
});

export const refcocoPlus = referFormat({
  kind: 'refcoco+',
  title: 'RefCOCO+',
  splitBy: 'unc',
  about:
    'Like RefCOCO, with expressions that may not say where in the picture the thing is: `refs(unc).p` and `instances.json`.',
  photographs: COCO_PHOTOGRAPHS,
});

export const refcocog = referFormat({
  kind: 'refcocog',
  title: 'RefCOCOg',
  splitBy: 'umd',
  about:
    'Longer expressions for objects in COCO photographs: `refs(umd).p`, or `refs(google).p` with the split of Google, and `instances.json`.',
  photographs: COCO_PHOTOGRAPHS,
});

export const refclef = referFormat({
  kind: 'refclef',
  title: 'RefCLEF (ReferIt)',
  splitBy: 'unc',
  about:
    'Expressions for regions of the photographs of SAIAPR TC-12, things and scenery alike: `refs(unc).p` or `refs(berkeley).p`, and `instances.json`, whose masks are lists of runs.',
  photographs: 'saiapr_tc-12',
});

export const grefcoco = referFormat({
  kind: 'grefcoco',
  title: 'gRefCOCO',
  splitBy: 'unc',
  refsFile: 'grefs(unc).json',
  about:
    'Expressions for one thing, for several, or for none, in COCO photographs: `grefs(unc).json` (some copies are pickles) and `instances.json`.',
  mapping:
    'An expression for several things is one phrase with all their pixels in one mask, as MGLMM and GSVA read it: nothing in the data parts the words. An expression without a target is answered with the clause that denies it (`Sorry, …`); such expressions are the first to be denied beside others of their image, for people made sure of them.',
  lost: 'Which pixels of a mask belong to which of the things that its expression means.',
  photographs: COCO_PHOTOGRAPHS,
});
