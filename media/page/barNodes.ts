/** The bars of a draft and of the queue of drafts. */
import { actionTip } from '../actions.ts';
import { element } from '../element.ts';
import { button, toolButton } from '../widgets.ts';

export function buildDraftBar() {
  const title = element('p', { class: 'draft-title' });
  const facts = element('p', { class: 'draft-facts' });
  const notes = element('ul', { class: 'draft-notes' });
  const accept = button('accept', 'check', 'Accept', 'Write this draft into the file', true);
  const edit = button(
    'edit-draft',
    'edit',
    'Edit',
    'Open this draft as a file of its own, to change it before it is accepted',
  );
  const reject = button('reject', 'close', 'Reject', 'Let this draft go; the answers in the file stay as they are');
  const previous = toolButton({ id: 'previous-draft', icon: 'arrow-up', title: 'Previous draft without a decision' });
  const next = toolButton({ id: 'next-draft', icon: 'arrow-down', title: 'Next draft without a decision' });
  const compare = toolButton({
    id: 'compare',
    icon: 'compare-changes',
    title: actionTip('view.compare'),
    text: 'Compare',
    toggle: true,
  });
  compare.dataset.action = 'view.compare';
  const bar = element(
    'section',
    { id: 'draft', attributes: { 'aria-label': 'Draft' } },
    element('div', { class: 'draft-words' }, title, facts, notes),
    element('div', { class: 'draft-actions' }, accept, edit, reject, previous, next, compare),
  );
  bar.hidden = true;
  return { bar, title, facts, notes, accept, edit, reject, previous, next, compare };
}

export function buildQueueBar() {
  const text = element('p', { class: 'queue-text' });
  const progress = document.createElement('vscode-progress-bar');
  progress.setAttribute('aria-label', 'Drafts made');
  const badge = document.createElement('vscode-badge');
  badge.variant = 'counter';
  const review = button('review-drafts', 'checklist', 'Review', 'Show the first draft without a decision');
  const pause = toolButton({ id: 'pause-queue', icon: 'debug-pause', title: 'Pause' });
  const resume = toolButton({ id: 'resume-queue', icon: 'debug-start', title: 'Go on' });
  const stop = toolButton({ id: 'stop-queue', icon: 'debug-stop', title: 'Stop' });
  const bar = element(
    'section',
    { id: 'queue', attributes: { 'aria-label': 'Queue of drafts' } },
    element(
      'div',
      { class: 'queue-line' },
      text,
      badge,
      element('span', { class: 'space' }),
      review,
      pause,
      resume,
      stop,
    ),
    progress,
  );
  bar.hidden = true;
  return { bar, text, progress, badge, review, pause, resume, stop };
}
