import { area, boundingBox, encodeCounts } from '../../core/masks/runLengthMask.ts';
import { describeScene } from './describe/caption.ts';
import type { DraftText } from './describe/draftText.ts';
import { listEverything } from './describe/panoptic.ts';
import { type ReferringPrompt, readPrompt } from './describe/prompt.ts';
import { readReferent } from './describe/referent.ts';
import { answerReferents } from './describe/referring.ts';
import { buildVocabulary } from './describe/vocabulary.ts';
import type { DraftMask, DraftTask } from './draft.ts';
import type { BundleManifest } from './manifest.ts';
import type { Scene } from './scene.ts';

/** What a draft is to say: the task, and for `referring` what was asked. */
export type Assignment =
  | { readonly task: 'gcg' | 'panoptic' }
  | { readonly task: 'referring'; readonly prompt: ReferringPrompt };

/** The assignment of a request; throws a `PromptError` before any model is loaded. */
export function readAssignment(task: DraftTask, prompt: string | undefined): Assignment {
  return task === 'referring' ? { task, prompt: readPrompt(prompt) } : { task };
}

/** The classes that a referring assignment asks for; `undefined` where every class matters. */
export function classesAsked(
  assignment: Assignment,
  manifest: Pick<BundleManifest, 'classes' | 'groups'>,
): ReadonlySet<number> | undefined {
  if (assignment.task !== 'referring') return undefined;
  const vocabulary = buildVocabulary(manifest);
  return new Set(assignment.prompt.referents.flatMap((text) => readReferent(text, vocabulary)?.noun.classes ?? []));
}

export interface Description {
  readonly question: string;
  /** Canonical USCDF; the k-th `[SEG]` owns `masks[k]`. */
  readonly answer: string;
  readonly masks: readonly DraftMask[];
  readonly negatives: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Turns what the model sees into a question and a grounded answer. Throws a `NothingKnownError` where a referring question
 * asks only for things that cannot be judged.
 */
export function describe(
  assignment: Assignment,
  scene: Scene,
  manifest: Pick<BundleManifest, 'classes' | 'groups'>,
): Description {
  const { question, answer, phrases, negatives, notes } = write(assignment, scene, manifest);
  const masks = phrases.map(({ label, score, mask }) => ({
    size: [mask.height, mask.width] as const,
    counts: encodeCounts(mask.counts),
    label,
    score: Math.round(score * 1e4) / 1e4,
    bbox: boundingBox(mask),
    area: area(mask),
  }));
  return { question, answer, masks, negatives, notes };
}

function write(assignment: Assignment, scene: Scene, manifest: Pick<BundleManifest, 'classes' | 'groups'>): DraftText {
  switch (assignment.task) {
    case 'gcg':
      return describeScene(scene, manifest.classes);
    case 'panoptic':
      return listEverything(scene, manifest.classes);
    case 'referring':
      return answerReferents(assignment.prompt, scene, manifest.classes, buildVocabulary(manifest));
  }
}
