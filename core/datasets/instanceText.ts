/** Answers for sets that have named instances and no text of their own. */
import { fail, ok, type Result } from '../result.ts';
import { numbered } from './coco/numbered.ts';
import { unitedMask } from './coco/segmentation.ts';
import type { FormatOption } from './format.ts';
import { panopticAnswer, referringAnswer } from './newRecord.ts';
import { ask, listQuestion, PANOPTIC_QUESTION, PAPER_SEGMENT_QUESTION } from './questions.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface NamedMask {
  readonly name: string;
  readonly mask: Fields;
}

export const TEXT_OPTION: FormatOption = {
  name: 'text',
  description: 'What the answer is: every instance by itself, or each name once with all its instances in one mask.',
  default: 'list',
  choices: ['list', 'classes'],
};

export interface InstanceText {
  readonly task?: string;
  readonly question: string;
  readonly answer: string;
  readonly masks: readonly unknown[];
}

/** As the option says. Fails where masks of one name cannot be united. */
export function instanceText(kind: string, instances: readonly NamedMask[]): Result<InstanceText> {
  if (kind === 'classes') return classText(instances);
  const names = numbered(instances.map(({ name }) => name));
  // Instances may share pixels, which those of a panoptic record may not: it has no task.
  return ok({
    question: PANOPTIC_QUESTION,
    answer: panopticAnswer(names),
    masks: instances.map(({ mask }) => mask),
  });
}

function classText(instances: readonly NamedMask[]): Result<InstanceText> {
  const united = unitedByName(instances);
  if (!united.ok) return united;
  const names = [...united.value.keys()];
  const question = names.length === 1 ? ask(PAPER_SEGMENT_QUESTION, names[0]!) : listQuestion(names);
  return ok({ task: 'semantic', question, answer: referringAnswer(names, []), masks: [...united.value.values()] });
}

/** All instances of each name in one mask, in the order of their first. */
export function unitedByName(instances: readonly NamedMask[]): Result<ReadonlyMap<string, Fields>> {
  const byName = new Map<string, Fields[]>();
  for (const { name, mask } of instances) {
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [mask]);
    else known.push(mask);
  }
  const united = new Map<string, Fields>();
  for (const [name, masks] of byName) {
    const mask = unitedMask(masks);
    if (!mask.ok) return fail(mask.message);
    united.set(name, masks.length === 1 ? mask.value : { ...mask.value, label: name });
  }
  return ok(united);
}

/** A label as words of an answer: spaces for underscores, and nothing that a text would take for a tag. */
export function phraseOf(label: string): string {
  return label
    .replace(/<\/?p>|\[SEG\]/gi, ' ')
    .replace(/[_\s]+/g, ' ')
    .trim();
}
