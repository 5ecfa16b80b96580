/** Every format that `uscdf convert` knows besides USCDF itself. To add one: write it, list it here, run `npm run generate`. */

import { fail, ok, type Result } from '../result.ts';
import { cocoInstances } from './coco/instances.ts';
import { cocoPanoptic } from './coco/panoptic.ts';
import type { DatasetFormat, FormatOption, OptionValue } from './format.ts';
import { gcgEval } from './gcg/evaluation.ts';
import { gcgPrediction } from './gcg/prediction.ts';
import { grand } from './grand/grand.ts';
import { grandf } from './grandf/grandf.ts';
import { gsva } from './gsva/gsva.ts';
import { flickr30kEntities } from './kosmos/flickr30k.ts';
import { grit } from './kosmos/grit.ts';
import { kosmos2 } from './kosmos/kosmos2.ts';
import { odvg } from './kosmos/odvg.ts';
import { labelme } from './labelme/labelme.ts';
import { labelStudio } from './labelStudio/labelStudio.ts';
import { llava } from './llava/llava.ts';
import { mgscdata } from './mgsc/mgsc.ts';
import { muse } from './muse/muse.ts';
import { omgLlava } from './omg/omg.ts';
import { paco } from './parts/paco.ts';
import { pascalPart } from './parts/pascalPart.ts';
import { pixellm } from './pixellm/pixellm.ts';
import { reasonseg } from './reasonseg/reasonseg.ts';
import { grefcoco, refclef, refcoco, refcocog, refcocoPlus } from './refer/refer.ts';
import { dci } from './regions/dci.ts';
import { osprey } from './regions/osprey.ts';
import { visualGenome } from './regions/visualGenome.ts';
import { ade20k } from './semantic/ade20k.ts';
import { cocoStuff } from './semantic/cocoStuff.ts';
import { mapillary } from './semantic/mapillary.ts';
import { glammTraining } from './training/glamm.ts';
import { mglmmTraining } from './training/mglmm.ts';

export const FORMATS: readonly DatasetFormat[] = [
  cocoInstances,
  cocoPanoptic,
  grandf,
  labelme,
  labelStudio,
  llava,
  mgscdata,
  grefcoco,
  refclef,
  refcoco,
  refcocoPlus,
  refcocog,
  gsva,
  pixellm,
  gcgEval,
  gcgPrediction,
  grand,
  omgLlava,
  mglmmTraining,
  glammTraining,
  ade20k,
  cocoStuff,
  mapillary,
  paco,
  pascalPart,
  reasonseg,
  muse,
  kosmos2,
  grit,
  odvg,
  flickr30kEntities,
  visualGenome,
  osprey,
  dci,
];

/** USCDF itself, in each of its three files. */
export const USCDF = 'uscdf';

export function formatOf(kind: string): DatasetFormat | undefined {
  return FORMATS.find((format) => format.kind === kind);
}

/** The kinds that can be read, or written; USCDF first. */
export function kinds(direction: 'read' | 'write'): readonly string[] {
  return [USCDF, ...FORMATS.filter((format) => format[direction] !== undefined).map(({ kind }) => kind)];
}

/** The options of a format with what the user set (`name=value`); a failure says what is wrong with one. */
export function readOptions(
  known: readonly FormatOption[],
  set: readonly string[],
): Result<Readonly<Record<string, OptionValue>>> {
  const options: Record<string, OptionValue> = Object.fromEntries(known.map((option) => [option.name, option.default]));
  for (const each of set) {
    const at = each.indexOf('=');
    const name = at < 0 ? each : each.slice(0, at);
    const option = known.find((one) => one.name === name);
    if (option === undefined) {
      const names = known.map((one) => one.name);
      return fail(
        `--set ${each}: there is no option "${name}" here: ${names.length === 0 ? 'this conversion has none' : `write one of ${names.join(', ')}`}.`,
      );
    }
    const value = readValue(option, at < 0 ? undefined : each.slice(at + 1));
    if (!value.ok) return fail(`--set ${each}: ${value.message}`);
    options[name] = value.value;
  }
  return ok(options);
}

function readValue(option: FormatOption, text: string | undefined): Result<OptionValue> {
  switch (typeof option.default) {
    case 'boolean':
      if (text === undefined || text === 'true' || text === 'yes') return ok(true);
      return text === 'false' || text === 'no' ? ok(false) : fail('write true or false.');
    case 'number': {
      const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
      const [least, most] = option.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      if (!(value >= least && value <= most))
        return fail(option.range === undefined ? 'write a number.' : `write a number from ${least} to ${most}.`);
      return ok(value);
    }
    default:
      if (text === undefined) return fail('write a value behind =.');
      if (option.choices !== undefined && !option.choices.includes(text))
        return fail(`write one of ${option.choices.join(', ')}.`);
      return ok(text);
  }
}
