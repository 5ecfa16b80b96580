/** What the bars above the picture show: the record's line, the draft that waits for a decision, and the queue of drafts. */

import type { PreviewMask } from '../../core/language/previewModel.ts';
import { element } from '../element.ts';
import type { QueueState, ShownDraft, ShownPlace, ShownRecord } from '../protocol.ts';
import { icon, setDisabled } from '../widgets.ts';
import { count } from '../wording.ts';
import type { Skeleton } from './skeleton.ts';

export function showHeader({ header }: Skeleton, record: ShownRecord, place: ShownPlace | undefined): void {
  header.id.textContent = record.id === '' ? `record ${record.index + 1}` : record.id;
  header.id.title = `${header.id.textContent} · record ${record.index + 1} of its file · ${record.image}`;
  header.task.textContent = record.task ?? '';
  header.task.hidden = record.task === undefined;
  header.place.hidden = place === undefined || place.records < 2;
  if (place !== undefined) {
    header.number.value = String(record.index + 1);
    header.number.max = place.records;
    header.of.textContent = `of ${place.records.toLocaleString('en')}`;
  }
  const findings = [
    record.errors > 0 ? finding('error', record.errors) : undefined,
    record.warnings > 0 ? finding('warning', record.warnings) : undefined,
  ].filter((each) => each !== undefined);
  header.findings.replaceChildren(...(findings.length > 0 ? findings : [noFinding()]));
}

function finding(kind: 'error' | 'warning', number: number): HTMLElement {
  return element(
    'span',
    { class: `finding is-${kind}`, title: count(number, kind) },
    icon(kind),
    element('span', { attributes: { 'aria-hidden': 'true' }, text: String(number) }),
    element('span', { class: 'visually-hidden', text: count(number, kind) }),
  );
}

function noFinding(): HTMLElement {
  return element(
    'span',
    { class: 'finding is-none', title: 'No errors and no warnings' },
    icon('check'),
    element('span', { class: 'visually-hidden', text: 'No errors and no warnings' }),
  );
}

export function showDraftBar(nodes: Skeleton, draft: ShownDraft | undefined): void {
  const { bar, title, facts, notes, accept, edit, reject, previous, next, compare } = nodes.draft;
  bar.hidden = draft === undefined;
  nodes.header.draft.hidden = draft !== undefined;
  nodes.header.more.hidden = draft !== undefined;
  for (const node of [accept, edit, reject]) setDisabled(node, false);
  if (draft === undefined) return;
  title.replaceChildren(
    element('strong', { text: 'Draft' }),
    ' by ',
    element('span', { class: 'model', text: draft.model }),
    `. ${draftStanding(draft)}`,
  );
  facts.textContent = draftFacts(draft);
  facts.hidden = facts.textContent === '';
  notes.replaceChildren(...draft.notes.map((note) => element('li', { text: note })));
  notes.hidden = draft.notes.length === 0;
  const several = draft.waiting !== undefined && draft.waiting.of > 1;
  previous.hidden = !several;
  next.hidden = !several;
  compare.hidden = draft.current === undefined;
}

/** Whether the file knows of the draft. */
export function draftStanding({ standing }: ShownDraft): string {
  return standing === true ? 'It stands in the file, marked as a draft.' : 'Nothing is in the file yet.';
}

/** What a screen reader says when a draft comes. */
export function spokenDraft(draft: ShownDraft): string {
  const facts = draftFacts(draft);
  return [`Draft by ${draft.model}.`, draftStanding(draft), facts === '' ? '' : `${sentence(facts)}.`, ...draft.notes]
    .filter((part) => part !== '')
    .join(' ');
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** For example `draft 2 of 5, confidence 0.81 on average, lowest 0.44`. */
export function draftFacts({ record, waiting }: ShownDraft): string {
  const facts = waiting === undefined ? [] : [`draft ${waiting.number} of ${waiting.of}`];
  const scores = record.masks.map(({ score }: PreviewMask) => score).filter((score) => score !== undefined);
  if (scores.length > 0) {
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    facts.push(`confidence ${mean.toFixed(2)} on average, lowest ${Math.min(...scores).toFixed(2)}`);
  }
  return facts.join(', ');
}

export function showQueue({ queue }: Skeleton, state: QueueState | undefined): void {
  queue.bar.hidden = state === undefined;
  if (state === undefined) return;
  const { done, failed, total, undecided } = state;
  const halted = state.state === 'paused' ? 'Paused. ' : '';
  const missed = failed === 0 ? '' : `, ${failed} failed`;
  queue.text.textContent = `${halted}Drafts: ${done} of ${total} made${missed}.`;
  queue.progress.max = Math.max(1, total);
  queue.progress.value = done + failed;
  queue.badge.textContent = `${undecided} wait${undecided === 1 ? 's' : ''}`;
  queue.badge.hidden = undecided === 0;
  queue.review.hidden = undecided === 0;
  queue.pause.hidden = state.state === 'paused';
  queue.resume.hidden = state.state === 'running';
}

export function showNegatives(nodes: Skeleton, record: ShownRecord): void {
  nodes.negativeSection.hidden = record.negatives.length === 0;
  nodes.negatives.replaceChildren(
    ...record.negatives.map((negative) => element('li', { class: 'absent', text: negative })),
  );
}
