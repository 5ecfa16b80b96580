import { joinList } from '../../../core/text/compose.ts';
import type { Assignment } from '../assignment.ts';
import type { DraftTask } from '../draft.ts';
import { TaskError } from '../errors.ts';
import type { GeneratorManifest, GeneratorTask } from '../manifest.ts';

/** One question to the model. */
export interface ModelQuestion {
  /** In the words that the bundle names for the task. */
  readonly asked: string;
  /** What it asks for, in the user's words; empty for other tasks than `referring`. */
  readonly referents: readonly string[];
}

/** What the model is asked, and what will stand as the question in the record. */
export interface QuestionPlan {
  readonly recorded: string;
  /** Several where the model can speak of one referent at a time only. */
  readonly questions: readonly ModelQuestion[];
}

const TASKS: Readonly<Record<GeneratorTask, DraftTask | undefined>> = {
  describe: 'gcg',
  describeRoot: 'mgsc',
  describePart: 'mgsc',
  refer: 'referring',
  panoptic: 'panoptic',
  reason: 'reasoning',
  caption: undefined,
};

/** The official data's own questions, for bundles whose prompts are no questions. */
const RECORDED = {
  gcg: 'Could you please give me a detailed description of the image? Please respond with interleaved segmentation masks for the corresponding parts of the answer.',
  panoptic: 'Can you segment all the objects in this image?',
  root: 'Please provide a detailed description of all the objects present in this image in a comprehensive format. Please respond with interleaved segmentation masks for the corresponding parts of the answer.',
  part: 'Can you provide a detailed description in a comprehensive format for {phrase} in the image? Please respond with interleaved segmentation masks for the corresponding parts of the answer.',
} as const;

/** Puts an assignment into the bundle's words. Throws a `TaskError` where the bundle has none for it. */
export function planQuestions(
  assignment: Assignment,
  manifest: Pick<GeneratorManifest, 'name' | 'tasks' | 'dialect'>,
): QuestionPlan {
  const { tasks } = manifest;
  switch (assignment.task) {
    case 'gcg':
      return single(required(tasks.describe, 'gcg', manifest), RECORDED.gcg);
    case 'panoptic':
      return single(required(tasks.panoptic, 'panoptic', manifest), RECORDED.panoptic);
    case 'reasoning': {
      const { question } = assignment;
      const asked = put(required(tasks.reason, 'reasoning', manifest), '{question}', question);
      return { recorded: question, questions: [{ asked, referents: [] }] };
    }
    case 'mgsc': {
      const { phrase } = assignment;
      if (phrase === undefined) return single(required(tasks.describeRoot, 'mgsc', manifest), RECORDED.root);
      const asked = put(required(tasks.describePart, 'mgsc', manifest), '{phrase}', phrase);
      return single(asked, put(RECORDED.part, '{phrase}', phrase));
    }
    case 'referring': {
      const template = required(tasks.refer, 'referring', manifest);
      const { question, referents } = assignment.prompt;
      const groups = namesItsReferents(manifest) ? [referents] : referents.map((referent) => [referent]);
      const questions = groups.map((group) => ({
        asked: put(template, '{referents}', joinList(group)),
        referents: group,
      }));
      return { recorded: question, questions };
    }
  }
}

/** Whether an answer says which mask is whose. Where it does not, things are asked for one by one. */
function namesItsReferents({ dialect }: Pick<GeneratorManifest, 'dialect'>): boolean {
  return dialect.kind === 'phrases' || dialect.kind === 'groups';
}

function single(asked: string, official: string): QuestionPlan {
  return { recorded: asked.includes('<') ? official : asked, questions: [{ asked, referents: [] }] };
}

function put(template: string, place: string, words: string): string {
  return template.replace(place, () => words);
}

function required(
  template: string | undefined,
  task: DraftTask,
  { name, tasks }: Pick<GeneratorManifest, 'name' | 'tasks'>,
): string {
  if (template !== undefined) return template;
  const known = new Set(
    (Object.keys(tasks) as GeneratorTask[])
      .flatMap((key) => (tasks[key] === undefined ? [] : [TASKS[key] ?? []]))
      .flat(),
  );
  throw new TaskError(
    `${name} was not made for the task ${task}${task === 'mgsc' && known.has('mgsc') ? ' in this form' : ''}. It does ${joinList([...known]) || 'none of the draft tasks'}: choose one of them, or another bundle.`,
  );
}
