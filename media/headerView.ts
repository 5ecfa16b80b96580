/** The record's line at the top, the draft's bar, and the list of absent referents. */
import { element } from './element.ts';
import { icon } from './icons.ts';
import type { ShownDraft, ShownRecord } from './protocol.ts';
import type { Skeleton } from './skeleton.ts';
import { count } from './wording.ts';

export function showHeader(nodes: Skeleton, record: ShownRecord): void {
  const { header } = nodes;
  header.id.textContent = record.id === '' ? `record ${record.index + 1}` : record.id;
  header.id.title = `${header.id.textContent} · record ${record.index + 1} of its file · ${record.image}`;
  header.task.textContent = record.task ?? '';
  header.task.hidden = record.task === undefined;
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
    icon('accept'),
    element('span', { class: 'visually-hidden', text: 'No errors and no warnings' }),
  );
}

export function showDraftBar(nodes: Skeleton, draft: ShownDraft | undefined): void {
  nodes.draftBar.hidden = draft === undefined;
  nodes.header.draft.hidden = draft !== undefined;
  nodes.draft.accept.disabled = false;
  nodes.draft.reject.disabled = false;
  if (draft === undefined) return;
  nodes.draft.title.replaceChildren(
    element('strong', { text: 'Draft' }),
    ' by ',
    element('span', { class: 'model', text: draft.model }),
    '. Nothing is in the file yet.',
  );
  nodes.draft.notes.replaceChildren(...draft.notes.map((note) => element('li', { text: note })));
  nodes.draft.notes.hidden = draft.notes.length === 0;
}

export function showNegatives(nodes: Skeleton, record: ShownRecord): void {
  nodes.negativeSection.hidden = record.negatives.length === 0;
  nodes.negatives.replaceChildren(
    ...record.negatives.map((negative) => element('li', { class: 'absent', text: negative })),
  );
}
