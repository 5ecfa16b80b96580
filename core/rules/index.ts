/** Every rule, in the order of the documentation. */
import { answerTemplate } from './answerTemplate.ts';
import { doubleDeterminer } from './doubleDeterminer.ts';
import { draft } from './draft.ts';
import { duplicateId } from './duplicateId.ts';
import { emptyPhrase } from './emptyPhrase.ts';
import { emptyTurn } from './emptyTurn.ts';
import { imageMissing } from './imageMissing.ts';
import { imagePlaceholder } from './imagePlaceholder.ts';
import { imageSize } from './imageSize.ts';
import { longLine } from './longLine.ts';
import { malformedToken } from './malformedToken.ts';
import { maskCorrupt } from './maskCorrupt.ts';
import { maskCount } from './maskCount.ts';
import { maskDuplicate } from './maskDuplicate.ts';
import { maskEmpty } from './maskEmpty.ts';
import { maskOutsideParent } from './maskOutsideParent.ts';
import { maskOverlap } from './maskOverlap.ts';
import { maskSize } from './maskSize.ts';
import { negativeContradiction } from './negativeContradiction.ts';
import { negativeGrounded } from './negativeGrounded.ts';
import { negativeListed } from './negativeListed.ts';
import { negativePhrasing } from './negativePhrasing.ts';
import { negativeUnasked } from './negativeUnasked.ts';
import { nestedTag } from './nestedTag.ts';
import { objectTag } from './objectTag.ts';
import { objectUnknown } from './objectUnknown.ts';
import { objectUnmentioned } from './objectUnmentioned.ts';
import { phraseSpacing } from './phraseSpacing.ts';
import { phraseWithoutSeg } from './phraseWithoutSeg.ts';
import { referentUnanswered } from './referentUnanswered.ts';
import { repeatedKey } from './repeatedKey.ts';
import { reservedText } from './reservedText.ts';
import { roleOrder } from './roleOrder.ts';
import type { Rule, RuleInfo } from './rule.ts';
import { schema } from './schema.ts';
import { segWithoutPhrase } from './segWithoutPhrase.ts';
import { severalSeg } from './severalSeg.ts';
import { syntax } from './syntax.ts';
import { tokenInQuestion } from './tokenInQuestion.ts';
import { unclosedTag } from './unclosedTag.ts';
import { unknownParent } from './unknownParent.ts';
import { unopenedTag } from './unopenedTag.ts';

/** The rules with a check of their own. */
export const rules: readonly Rule[] = [
  unclosedTag,
  unopenedTag,
  nestedTag,
  emptyPhrase,
  phraseWithoutSeg,
  segWithoutPhrase,
  severalSeg,
  malformedToken,
  reservedText,
  doubleDeterminer,
  tokenInQuestion,
  phraseSpacing,
  maskCount,
  negativePhrasing,
  negativeGrounded,
  negativeContradiction,
  negativeUnasked,
  negativeListed,
  referentUnanswered,
  answerTemplate,
  roleOrder,
  imagePlaceholder,
  emptyTurn,
  objectTag,
  objectUnknown,
  objectUnmentioned,
  maskCorrupt,
  maskEmpty,
  maskSize,
  longLine,
  maskDuplicate,
  maskOverlap,
  maskOutsideParent,
  imageMissing,
  imageSize,
  duplicateId,
  unknownParent,
  draft,
  schema,
  repeatedKey,
];

/** Every rule's data, for the documentation, the settings and the reporters. */
export const allRules: readonly RuleInfo[] = [...rules.filter((rule) => rule !== repeatedKey), syntax];

export function ruleInfo(code: string): RuleInfo | undefined {
  return allRules.find((rule) => rule.code === code);
}

/** The page of a rule in the project's documentation. */
export function rulePage(code: string): string {
  return `https://github.com/uscdf/uscdf-vscode/blob/main/docs/rules/${code}.md`;
}
