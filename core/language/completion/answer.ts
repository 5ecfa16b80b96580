/** What can be written in an answer: phrases, their ends, their words, the task's sentence, the negative clause. */
import { clauseProposals, clauseReferents } from './clause.ts';
import { maskLabels, namesFor } from './names.ts';
import type { Proposal } from './proposal.ts';
import { emptyPhrase } from './templates.ts';
import { askedWithout, segsBefore, type TagState, type TurnPlace, tagState, wordStart } from './turn.ts';
import { templateProposals } from './wholeAnswer.ts';

export function answerProposals(place: TurnPlace): readonly Proposal[] {
  const state = tagState(place);
  if (state.open !== undefined) return insidePhrase(place, state, state.open.end);
  if (state.close !== undefined) {
    const seg = segProposal(place, state);
    if (seg !== undefined) return [seg];
  }
  if (state.fragment !== '') return fragmentProposals(place, state);
  const referents = clauseReferents(place);
  if (referents !== undefined) return referents;
  return [...templateProposals(place), ...clauseProposals(place), ...(place.unasked ? [] : phraseProposals(place))];
}

/** Between `<p>` and `</p>`: the words, and the end of a phrase that has none. */
function insidePhrase(place: TurnPlace, { fragment, at }: TagState, contentStart: number): readonly Proposal[] {
  const { text, cursor } = place;
  const rest = text.slice(cursor);
  const closeAt = /^[^<[\n]*<\/p>/.exec(rest)?.[0].length;
  const content = text.slice(contentStart, at);
  const end: Proposal[] = [];
  if (closeAt === undefined && content.trim() !== '' && '</p>'.startsWith(fragment)) {
    const start = at - (content.length - content.trimEnd().length);
    const replace = { start, end: cursor };
    end.push({ label: '</p> [SEG]', kind: 'template', detail: 'ends the phrase', replace, pieces: [' </p> [SEG]'] });
  }
  if (fragment !== '') return end;
  const words = wordProposals(place, contentStart, closeAt);
  const likely = words.filter(({ kind }) => kind === 'phrase');
  return [...likely, ...end, ...words.filter(({ kind }) => kind !== 'phrase')];
}

/** The whole words of the phrase, and what is missing behind them. `closeAt`: where its `</p>` ends behind the cursor. */
function wordProposals(place: TurnPlace, contentStart: number, closeAt: number | undefined): readonly Proposal[] {
  const { text, cursor, model } = place;
  const closed = closeAt !== undefined;
  const hasSeg = closed && /^\s*\[SEG\]/.test(text.slice(cursor + closeAt, cursor + closeAt + 40));
  const replace = { start: contentStart, end: closed ? cursor + closeAt : cursor };
  const asked = askedWithout(place, { start: contentStart - '<p>'.length, end: replace.end });
  const labels = maskLabels(model, segsBefore(place, contentStart));
  const tail = hasSeg ? ' </p>' : ' </p> [SEG]';
  const typed = text.slice(contentStart, cursor);
  return namesFor(typed, asked, labels).map((name) => ({
    label: name.text,
    kind: name.isClass ? 'className' : 'phrase',
    detail: name.detail,
    replace,
    pieces: [` ${name.text}${tail}`],
    filter: name.text,
  }));
}

function segProposal({ text, cursor }: TurnPlace, { fragment, at, close }: TagState): Proposal | undefined {
  if (close === undefined || !'[SEG]'.startsWith(fragment) || /^\s*\[SEG\]/.test(text.slice(cursor, cursor + 40)))
    return undefined;
  const end = fragment !== '' && text[cursor] === ']' ? cursor + 1 : cursor;
  const pieces = [at === close.end ? ' [SEG]' : '[SEG]'];
  return { label: '[SEG]', kind: 'template', detail: 'the mask of this phrase', replace: { start: at, end }, pieces };
}

function fragmentProposals({ text, cursor }: TurnPlace, { fragment, at }: TagState): readonly Proposal[] {
  if (!'<p>'.startsWith(fragment)) return [];
  const glued = at > 0 && !/[\s("'\u201c]/.test(text[at - 1]!);
  return [pairProposal({ start: at, end: cursor }, glued)];
}

function pairProposal(replace: Proposal['replace'], glued: boolean): Proposal {
  return {
    label: '<p> … </p> [SEG]',
    kind: 'template',
    detail: 'a phrase with its mask',
    replace,
    pieces: [...(glued ? [' '] : []), ...emptyPhrase(1, 'phrase')],
    filter: '<p>',
  };
}

/** A phrase with its tags: an empty one, and the referents that are still to be answered. */
function phraseProposals(place: TurnPlace): readonly Proposal[] {
  const { text, cursor } = place;
  const start = wordStart(text, cursor);
  const typed = text.slice(start, cursor);
  const replace = { start, end: cursor };
  const asked = askedWithout(place, replace);
  const grounded = namesFor(typed, asked, maskLabels(place.model, segsBefore(place, cursor)))
    .filter((name) => !name.isClass)
    .map(
      (name): Proposal => ({
        label: `<p> ${name.text} </p> [SEG]`,
        kind: 'phrase',
        detail: name.detail,
        replace,
        pieces: [`<p> ${name.text} </p> [SEG]`],
        filter: name.text,
      }),
    );
  return typed === '' ? [pairProposal(replace, false), ...grounded] : grounded;
}
