import type { Span } from '../records/position.ts';
import type { RecordModel } from '../records/recordModel.ts';
import type { SourceTurn } from '../records/sourceRecord.ts';
import { questionBefore } from '../records/unanswered.ts';
import { parseQuestionReferents } from '../text/questions.ts';
import { looseKey } from '../text/sameReferent.ts';
import { isSoundAnswer } from '../text/soundAnswer.ts';
import { offTemplate, templateOf } from '../text/templates.ts';
import type { AnswerTree } from '../text/tree.ts';
import { articlePairs } from './doubleDeterminer.ts';
import { isBlank } from './emptyTurn.ts';
import { reservedSpans } from './reservedText.ts';
import { defineRule } from './rule.ts';

/** The fixed sentences of supplement C.1 and C.3, for the tasks that have them. */
export const answerTemplate = defineRule({
  code: 'answer-template',
  severity: 'warning',
  scope: 'record',
  fix: 'none',
  summary: 'An answer has other words than the template of its `task`.',
  why: 'In the tasks `semantic`, `referring` and `panoptic` answers are learned by their fixed words, those of the paper or of the official loaders; other words teach another way to answer. The other tasks have free text.',
  bad: [
    example('referring', 'Can you segment the dog in this image?', 'Here you are: <p> dog </p> [SEG].', 1),
    example('semantic', 'Can you segment the dog in this image?', 'Sure, it is <p> dog </p> [SEG]. I like it.', 1),
    example(
      'panoptic',
      'Can you segment all the objects in this image?',
      'I see <p> dog </p> [SEG] and <p> sky </p> [SEG].',
      2,
    ),
  ],
  good: [
    example('referring', 'Can you segment the dog in this image?', 'Sure, it is <p> dog </p> [SEG].', 1),
    example(
      'semantic',
      'Can you segment the dog in this image?',
      'Sure, the segmentation result is <p> dog </p> [SEG].',
      1,
    ),
    example(
      'panoptic',
      'Can you segment all the objects in this image?',
      'Sure, the image contains <p> dog </p> [SEG] and <p> sky </p> [SEG].',
      2,
    ),
    example('reasoning', 'Who guards the house?', 'That is what <p> dog </p> [SEG] does.', 1),
  ],
  check({ record, report }) {
    const usual = templateOf(record.task);
    if (usual === undefined) return;
    for (const turn of record.turns) {
      // Most answers are as they should be; nothing else is looked at then.
      if (turn.role !== 'gpt' || offTemplate(turn.tree, usual) === undefined || isExplained(turn)) continue;
      const task = boundTo(record, turn);
      const template = templateOf(task);
      const off = template === undefined ? undefined : offTemplate(turn.tree, template);
      if (template === undefined || off === undefined) continue;
      const message = `"${excerpt(turn.text, off)}" is not in the template of the task "${task}", whose answers are learned by their fixed words: write the answer like "${template.shown}", or give the record another task.`;
      report({ turn: turn.index, ...off }, message);
    }
  },
});

function example(task: string, question: string, answer: string, masks: number): string {
  const list = Array.from({ length: masks }, (_, i) => `{"size": [2, 2], "counts": [${i}, 1, ${3 - i}]}`);
  return `{"id": "a", "image": "a.jpg", "task": "${task}", "conversations": [{"from": "human", "value": "<image>\\n${question}"}, {"from": "gpt", "value": "${answer}"}], "masks": [${list.join(', ')}]}`;
}

/** So much of what does not fit is quoted. */
const EXCERPT = 40;

function excerpt(text: string, { start, end }: Span): string {
  return end - start <= EXCERPT ? text.slice(start, end) : `${text.slice(start, start + EXCERPT)}…`;
}

/** Another rule speaks of this answer already, and its words change when that is mended. */
function isExplained({ text, tree }: SourceTurn): boolean {
  if (isBlank(text) || !isSound(tree) || reservedSpans(text).length > 0) return true;
  return articlePairs(text).some(({ first, second }) => text.slice(first.end, second.start).includes('<'));
}

/** Tags and clauses are in order, with one `[SEG]` a phrase, none of them inside another, and the clause's lead-in fits. */
function isSound(tree: AnswerTree): boolean {
  const { phrases, segs, clauses } = tree;
  if (!isSoundAnswer(tree) || segs.length !== phrases.length) return false;
  if (phrases.some(({ nested, segs }) => nested || segs.length !== 1)) return false;
  const lead = phrases.length > 0 ? 'but' : 'sorry';
  return clauses.every((clause) => clause.lead === lead);
}

/**
 * The task in whose template an answer has to be. The record's task speaks of its first question; a further one decides for
 * itself, since a record about one image may go on to talk of it. A plain answer to a free question is talk, and what a list
 * asks for and nobody answers is `referent-unanswered`'s.
 */
function boundTo(record: RecordModel, answer: SourceTurn): string | undefined {
  const question = questionBefore(record, answer);
  if (question === undefined) return undefined;
  const asked = parseQuestionReferents(question.text);
  const isFirst = record.turns.find((turn) => turn.role === 'human') === question;
  const task = isFirst ? record.task : asked !== undefined ? 'referring' : asksForAll(question.text) ? 'panoptic' : '';
  const { phrases, clauses } = answer.tree;
  if (task === 'panoptic' || phrases.length > 0 || clauses.length > 0) return task;
  const words = ` ${looseKey(answer.text)} `;
  return asked?.every((referent) => words.includes(` ${looseKey(referent)} `)) ? task : undefined;
}

function asksForAll(question: string): boolean {
  return /\bsegment (?:all|every|each)\b/i.test(question);
}
