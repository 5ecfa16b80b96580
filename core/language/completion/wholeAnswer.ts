/** The sentence that answers the question, in the words of its task. */
import { referentKey } from '../../text/compose.ts';
import { maskLabels } from './names.ts';
import type { Piece, Proposal } from './proposal.ts';
import { emptyPhrase, everything, positivesAndNegatives, SINGLE_ANSWERS } from './templates.ts';
import { askedWithout, segsBefore, type TurnPlace } from './turn.ts';

/** The whole answer, while nothing else is written yet. */
export function templateProposals(place: TurnPlace): readonly Proposal[] {
  const { text, cursor } = place;
  const typed = text.slice(0, cursor);
  if (text.slice(cursor).trim() !== '' || typed.includes('[SEG]')) return [];
  const start = typed.length - typed.trimStart().length;
  const wanted = typed.trim().toLowerCase();
  const proposals: Proposal[] = [];
  for (const [detail, pieces] of answers(place)) {
    const label = pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
    if (!label.toLowerCase().startsWith(wanted)) continue;
    proposals.push({ label, kind: 'template', detail, replace: { start, end: text.length }, pieces });
  }
  return proposals;
}

/** Answers to the question, the likeliest one first. */
function answers(place: TurnPlace): readonly (readonly [string, readonly Piece[]])[] {
  const { model, format } = place;
  const asked = askedWithout(place, { start: 0, end: place.text.length });
  const used = segsBefore(place, 0);
  const labels = maskLabels(model, 0).slice(used);
  if (asked.length > 0) return answersToList(asked, labels, place);
  if (asksForEverything(place)) {
    const objects: readonly Piece[] =
      labels.length > 0
        ? [everything(labels, format)]
        : ['Sure, the image contains ', ...emptyPhrase(1, 'object'), ' and ', ...emptyPhrase(2, 'object'), '.'];
    return [['all the objects', objects]];
  }
  if (model.task !== undefined && !['semantic', 'referring', 'reasoning'].includes(model.task)) return [];
  const object = labels[0] ?? 'object';
  return SINGLE_ANSWERS.map(([before, after]) => ['one object', [before, ...emptyPhrase(1, object), after]]);
}

function answersToList(
  asked: readonly string[],
  labels: readonly string[],
  { format }: TurnPlace,
): readonly (readonly [string, readonly Piece[]])[] {
  const order = new Map(labels.map((label, i) => [referentKey(label), i]));
  const rank = (referent: string) => order.get(referentKey(referent)) ?? Number.POSITIVE_INFINITY;
  const there = asked.filter((referent) => rank(referent) < labels.length).sort((a, b) => rank(a) - rank(b));
  const absent = asked.filter((referent) => !there.includes(referent));
  const answers: [string, readonly Piece[]][] = [];
  if (there.length > 0 && absent.length > 0)
    answers.push(['as the labels of the masks say', [positivesAndNegatives(there, absent, format)]]);
  answers.push([asked.length === 1 ? 'it is there' : 'all are there', [positivesAndNegatives(asked, [], format)]]);
  answers.push([asked.length === 1 ? 'it is absent' : 'all are absent', [positivesAndNegatives([], asked, format)]]);
  const [only] = asked;
  if (asked.length === 1 && only !== undefined) {
    for (const [before, after] of SINGLE_ANSWERS.slice(1))
      answers.push(['it is there', [`${before}<p> ${only} </p> [SEG]${after}`]]);
  }
  return answers;
}

function asksForEverything({ model, index }: TurnPlace): boolean {
  if (model.task === 'panoptic') return true;
  const question = model.turns.findLast((turn) => turn.role === 'human' && turn.index < index);
  return question !== undefined && /\b(?:all (?:the|of the) objects|everything)\b/i.test(question.text);
}
