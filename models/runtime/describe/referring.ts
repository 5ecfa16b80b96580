import { union } from '../../../core/masks/runLengthMask.ts';
import { groundedPhrase, joinList, negativeClause, referentKey, withoutArticle } from '../../../core/text/compose.ts';
import { NothingKnownError } from '../errors.ts';
import type { NounClass } from '../manifest.ts';
import type { Instance, Scene } from '../scene.ts';
import type { DraftText } from './draftText.ts';
import { type Judgement, judgeReferent } from './judgement.ts';
import type { ReferringPrompt } from './prompt.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * The answer to a list question: every referent that is seen with its masks, every referent that is certainly absent in
 * the negative clause. A word that the model cannot judge is neither claimed nor denied: it stays out, and a note says so.
 */
export function answerReferents(
  prompt: ReferringPrompt,
  scene: Scene,
  classes: readonly NounClass[],
  vocabulary: Vocabulary,
): DraftText {
  const judged = distinct(prompt.referents).map((referent) => ({
    referent,
    judgement: judgeReferent(referent, scene, classes, vocabulary),
  }));
  const notes = judged.flatMap(({ judgement }) => judgement.notes);
  const seen = judged.flatMap(({ referent, judgement }) =>
    judgement.kind === 'seen' ? [{ referent, instances: judgement.instances }] : [],
  );
  const negatives = judged.flatMap(({ referent, judgement }) =>
    judgement.kind === 'absent' ? [withoutArticle(referent)] : [],
  );
  if (seen.length === 0 && negatives.length === 0)
    throw nothingKnown(
      judged.map(({ judgement }) => judgement),
      notes,
    );
  return {
    question: prompt.question,
    answer: [positives(seen.map(({ referent }) => referent)), denial(negatives, seen.length > 0)]
      .filter((sentence) => sentence !== '')
      .join(' '),
    phrases: seen.map(({ instances }) => phraseOf(instances, classes)),
    negatives,
    notes,
  };
}

function positives(referents: readonly string[]): string {
  if (referents.length === 0) return '';
  return `Sure, ${referents.length === 1 ? 'it is ' : ''}${joinList(referents.map(groundedPhrase))}.`;
}

function denial(negatives: readonly string[], afterPositives: boolean): string {
  return negatives.length === 0 ? '' : negativeClause(negatives, { afterPositives });
}

function phraseOf(instances: readonly Instance[], classes: readonly NounClass[]): DraftText['phrases'][number] {
  const names = new Set(instances.map(({ classIndex }) => classes[classIndex]!.name));
  return {
    label: [...names].join(', '),
    score: Math.max(...instances.map(({ score }) => score)),
    mask: union(instances.map(({ mask }) => mask)),
  };
}

/** The referents without those that differ from an earlier one only in case, article or spacing. */
function distinct(referents: readonly string[]): readonly string[] {
  const keys = referents.map(referentKey);
  return referents.filter((_, i) => keys.indexOf(keys[i]!) === i);
}

function nothingKnown(judgements: readonly Judgement[], notes: readonly string[]): NothingKnownError {
  const strange = judgements.every(({ kind }) => kind === 'unknown');
  const advice = strange
    ? 'Ask for things that the model knows (its card lists them), or choose a model that knows more.'
    : 'Ask for the thing by its plain name, or lower the score threshold.';
  return new NothingKnownError(`Nothing that was asked for can be answered. ${notes.join(' ')} ${advice}`);
}
