/** Every rule, in the order of the documentation. */
import { draft } from './draft.ts';
import { emptyPhrase } from './emptyPhrase.ts';
import { imageMissing } from './imageMissing.ts';
import { imagePlaceholder } from './imagePlaceholder.ts';
import { malformedToken } from './malformedToken.ts';
import { maskCorrupt } from './maskCorrupt.ts';
import { maskCount } from './maskCount.ts';
import { maskSize } from './maskSize.ts';
import { negativeContradiction } from './negativeContradiction.ts';
import { negativeGrounded } from './negativeGrounded.ts';
import { negativePhrasing } from './negativePhrasing.ts';
import { nestedTag } from './nestedTag.ts';
import { phraseSpacing } from './phraseSpacing.ts';
import { phraseWithoutSeg } from './phraseWithoutSeg.ts';
import { roleOrder } from './roleOrder.ts';
import type { Rule, RuleInfo } from './rule.ts';
import { schema } from './schema.ts';
import { segWithoutPhrase } from './segWithoutPhrase.ts';
import { severalSeg } from './severalSeg.ts';
import { syntax } from './syntax.ts';
import { tokenInQuestion } from './tokenInQuestion.ts';
import { unclosedTag } from './unclosedTag.ts';
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
  tokenInQuestion,
  phraseSpacing,
  maskCount,
  negativePhrasing,
  negativeGrounded,
  negativeContradiction,
  roleOrder,
  imagePlaceholder,
  maskCorrupt,
  maskSize,
  imageMissing,
  draft,
  schema,
];

/** Every rule's data, for the documentation, the settings and the reporters. */
export const allRules: readonly RuleInfo[] = [...rules, syntax];

export function ruleInfo(code: string): RuleInfo | undefined {
  return allRules.find((rule) => rule.code === code);
}

/** The page of a rule in the project's documentation. */
export function rulePage(code: string): string {
  return `https://github.com/uscdf/uscdf-vscode/blob/main/docs/rules/${code}.md`;
}
