/** What can be written in a question: the image placeholder, the questions of the task, the names of what is asked for. */
import { findNegativeClauses } from '../../text/negatives.ts';
import { scan } from '../../text/scan.ts';
import { maskLabels, namesFor } from './names.ts';
import type { Piece, Proposal } from './proposal.ts';
import { plainText } from './proposal.ts';
import { MASK_REQUESTS, questionTemplates } from './templates.ts';
import { type TurnPlace, tagState, typedStart, wordStart } from './turn.ts';

export function questionProposals(place: TurnPlace): readonly Proposal[] {
  const { fragment, at } = tagState(place);
  const lacksImage = needsPlaceholder(place, at);
  if (fragment !== '') return lacksImage ? fragmentProposals(place, fragment, at) : [];
  return [
    ...templateProposals(place, lacksImage),
    ...placeholderProposals(place, lacksImage),
    ...listNames(place),
    ...requests(place),
  ];
}

/** The first question shows the image; `at` is where a placeholder begins that is being typed. */
function needsPlaceholder({ model, index, text, cursor }: TurnPlace, at: number): boolean {
  const first = model.turns.find((turn) => turn.role === 'human');
  if (first !== undefined && first.index < index) return false;
  return !scan(text.slice(0, at) + text.slice(cursor)).some(({ kind }) => kind === 'image');
}

/** People read `.uscdf`, where the paper's spelling stands; loaders read JSON. */
function placeholder({ kind, format }: TurnPlace): string {
  if (format.imagePlaceholder !== 'keep') return format.imagePlaceholder;
  return kind === 'uscdf' ? '<IMAGE>' : '<image>';
}

function fragmentProposals(place: TurnPlace, fragment: string, at: number): readonly Proposal[] {
  const image = placeholder(place);
  if (!image.toLowerCase().startsWith(fragment.toLowerCase())) return [];
  const end = place.text[place.cursor] === '>' ? place.cursor + 1 : place.cursor;
  return [
    { label: image, kind: 'template', detail: 'the image stands here', replace: { start: at, end }, pieces: [image] },
  ];
}

function placeholderProposals(place: TurnPlace, lacksImage: boolean): readonly Proposal[] {
  const { text, cursor } = place;
  if (!lacksImage || text.slice(0, cursor).trim() !== '') return [];
  const image = placeholder(place);
  const behind = text.slice(cursor).trimStart() === '' || text[cursor] === '\n' ? '' : '\n';
  const replace = { start: cursor, end: cursor };
  return [{ label: image, kind: 'template', detail: 'the image stands here', replace, pieces: [image + behind] }];
}

/** Whole questions, while nothing else is written than their first words. */
function templateProposals(place: TurnPlace, lacksImage: boolean): readonly Proposal[] {
  const { text, cursor, model, format } = place;
  if (text.slice(cursor).trim() !== '') return [];
  const image = scan(text.slice(0, cursor)).findLast(({ kind }) => kind === 'image');
  const from = image?.end ?? 0;
  const written = text.slice(from, cursor);
  const start = from + (written.length - written.trimStart().length);
  const typed = written.trim().toLowerCase();
  const lead: readonly Piece[] = lacksImage ? [`${placeholder(place)}\n`] : image?.end === start ? ['\n'] : [];
  const target = model.data['target'];
  return questionTemplates(model.task, objectsOf(place), typeof target === 'string' ? target : undefined, format)
    .map(({ pieces, detail }) => ({ pieces, detail, label: plainText(pieces) }))
    .filter(({ label }) => label.toLowerCase().startsWith(typed))
    .map(({ pieces, detail, label }) => ({
      label,
      kind: 'template',
      detail,
      replace: { start, end: text.length },
      pieces: [...lead, ...pieces],
      filter: label,
    }));
}

/** What the next answer speaks of, else what the masks are labelled. */
function objectsOf({ model, index }: TurnPlace): readonly string[] {
  const answer = model.turns.find((turn) => turn.role === 'gpt' && turn.index > index);
  const grounded = answer?.tree.phrases.filter(({ nested }) => !nested).map(({ text }) => text) ?? [];
  const denied = answer === undefined ? [] : findNegativeClauses(answer.text).filter(({ certain }) => certain);
  const named = [...grounded, ...denied.flatMap(({ referents }) => referents.map(({ text }) => text))];
  return [...new Set((named.length > 0 ? named : maskLabels(model, 0)).filter((name) => name !== ''))];
}

const ASKS = /\b(?:segment|find|highlight|identify|mask for|masks for|where (?:is|are)|what (?:is|are))\b[^.?!\n]*$/i;

/** The words of a list that is being asked for. */
function listNames(place: TurnPlace): readonly Proposal[] {
  const { text, cursor, model } = place;
  const start = wordStart(text, cursor);
  const typed = text.slice(start, cursor);
  if (typed === '' || !ASKS.test(text.slice(Math.max(0, start - 600), start))) return [];
  return namesFor(typed, [], maskLabels(model, 0)).map((name) => ({
    label: name.text,
    kind: name.isClass ? 'className' : 'phrase',
    detail: name.detail,
    replace: { start, end: cursor },
    pieces: [name.text],
  }));
}

/** Behind a question that is written: what asks for masks. */
function requests({ text, cursor }: TurnPlace): readonly Proposal[] {
  if (text.slice(cursor).trim() !== '') return [];
  return MASK_REQUESTS.flatMap((request): readonly Proposal[] => {
    const start = typedStart(text, cursor, request);
    const before = text.slice(0, start).trimEnd();
    if (!/[?.!]$/.test(before) || before.length === start) return [];
    if (text.includes('segmentation mask') && start === cursor) return [];
    return [
      {
        label: request,
        kind: 'template',
        detail: 'asks for masks',
        replace: { start, end: cursor },
        pieces: [request],
      },
    ];
  });
}
