import type { Span } from '../records/position.ts';
import { type ObjectTagProblem, objectNumber, objectTagProblems, objectTags } from '../text/objectTags.ts';
import type { AnswerTree } from '../text/tree.ts';
import { defineRule } from './rule.ts';

/** The working form of drafted captions: tags in pairs, side by side. Supplement, dense context organisation. */
export const objectTag = defineRule({
  code: 'object-tag',
  severity: 'error',
  scope: 'turn',
  needs: 'flaw',
  fix: 'none',
  summary: '`<objectN>` tags are not balanced, or lie in or across each other.',
  why: 'Each pair becomes one phrase with one mask; from tags that do not pair, or overlap, no phrase can be made.',
  bad: [
    captioned('A <object1> dog runs.'),
    captioned('A dog </object1> runs.'),
    captioned('<object1> a man with <object2> a hat </object2> on </object1> waits.', 2),
    captioned('<object1> a man <object2> with </object1> a hat </object2> waits.', 2),
    captioned('A <object1> dog </object2> runs.', 2),
  ],
  good: [captioned('<object2> a man </object2> with <object1>a hat</object1> waits.', 2)],
  check({ turn, report }) {
    if (turn.role !== 'gpt') return;
    const tags = objectTags(turn.tree);
    if (tags.length === 0) return;
    for (const problem of objectTagProblems(tags)) {
      if (!isMisspelt(turn.tree, problem)) report(spanOf(problem), messageOf(problem));
    }
  },
});

/** A record around a caption, with as many masks. */
export function captioned(caption: string, masks = 1): string {
  const list = Array.from({ length: masks }, (_, i) => `{"size": [2, 2], "counts": [${i}, 1, ${3 - i}]}`);
  return `{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "${caption}"}], "masks": [${list.join(', ')}]}`;
}

/** The partner stands there without its number, as Kosmos-2's `</object>`: `malformed-token` speaks of it. */
function isMisspelt({ text, tokens }: AnswerTree, { kind }: ObjectTagProblem): boolean {
  const partner = kind === 'unclosed' ? '</object>' : kind === 'unopened' ? '<object>' : undefined;
  return tokens.some((token) => token.kind === 'foreign' && text.slice(token.start, token.end) === partner);
}

function spanOf(problem: ObjectTagProblem): Span {
  return { start: problem.tag.start, end: 'end' in problem ? problem.end : problem.tag.end };
}

function messageOf(problem: ObjectTagProblem): string {
  const number = objectNumber(problem.tag);
  switch (problem.kind) {
    case 'unclosed':
      return `This <object${number}> has no </object${number}>, so nobody can tell which words the object's mask shows: close it after them.`;
    case 'unopened':
      return `This </object${number}> closes nothing, so nobody can tell where the object's words begin: write <object${number}> before them, or remove it.`;
    case 'closed-as-open':
      return `Object ${number} is opened twice and never closed, so its words have no end: write </object${number}> here.`;
    case 'other-number':
      return `</object${number}> closes <object${objectNumber(problem.open)}>, so the words belong to two objects: write the same number in both tags.`;
    case 'nested':
      return `Object ${number} stands inside object ${objectNumber(problem.outer)}, and a phrase cannot hold a phrase: put them side by side.`;
    case 'crossing':
      return `Object ${number} begins inside object ${objectNumber(problem.outer)} and ends behind it, so some words belong to both: close one before the other begins.`;
  }
}
