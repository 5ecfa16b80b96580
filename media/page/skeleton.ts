/** The page's fixed nodes, by the names under which the rest of the page knows them. */
import { actionTip } from '../actions.ts';
import { element } from '../element.ts';
import { button, icon, textField, toolButton } from '../widgets.ts';
import { buildDraftBar, buildQueueBar } from './barNodes.ts';
import { buildDrawingBars, buildViewBar } from './toolbars.ts';

export type Skeleton = ReturnType<typeof buildSkeleton>;

export function buildSkeleton(root: HTMLElement) {
  const header = buildHeader();
  const draft = buildDraftBar();
  const queue = buildQueueBar();
  const notices = buildNotices();
  const picture = buildPicture();
  const text = buildText();
  const emptyMessage = element('p', { class: 'empty-message' });
  const emptyIcon = icon('file-media');
  emptyIcon.setAttribute('size', '32');
  const empty = element('main', { id: 'empty', attributes: { role: 'main' } }, emptyIcon, emptyMessage);
  const announcer = element('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite', role: 'status' } });
  const main = element('main', {}, picture.pictureColumn, text.textColumn);
  const filled = element(
    'div',
    { id: 'filled' },
    header.bar,
    queue.bar,
    notices.waiting,
    notices.problem,
    draft.bar,
    main,
  );
  filled.hidden = true;
  root.replaceChildren(filled, empty, announcer);
  emptyMessage.textContent = 'Put the cursor in a record to see its picture.';
  return { header, draft, queue, notices, ...picture, ...text, filled, empty, emptyMessage, announcer };
}

function buildHeader() {
  const previous = toolButton({ id: 'previous-record', icon: 'chevron-left', title: 'Previous record' });
  const next = toolButton({ id: 'next-record', icon: 'chevron-right', title: 'Next record' });
  const number = textField('record-number', 'Go to record');
  number.type = 'number';
  number.min = 1;
  const of = element('span', { class: 'of-records' });
  const place = element(
    'nav',
    { class: 'record-place', attributes: { 'aria-label': 'Records' } },
    previous,
    number,
    of,
    next,
  );
  const id = element('h1', { class: 'record-id' });
  const task = element('span', { class: 'task' });
  const findings = element('span', { class: 'findings' });
  const draft = button('draft-button', 'sparkle', '', 'Ask the local model for a grounded caption');
  draft.append(element('span', { class: 'draft-label', text: 'Draft' }));
  draft.setAttribute('aria-label', 'Draft');
  const more = toolButton({ id: 'draft-menu', icon: 'chevron-down', title: 'More ways to ask for drafts' });
  const help = toolButton({ id: 'help', icon: 'question', title: actionTip('help') });
  const bar = element(
    'header',
    { class: 'bar' },
    place,
    id,
    task,
    findings,
    element('span', { class: 'space' }),
    element('span', { class: 'draft-ways' }, draft, more),
    help,
  );
  return { bar, place, previous, next, number, of, id, task, findings, draft, more, help };
}

function buildNotices() {
  const problemText = element('p', { class: 'notice-text' });
  const dismiss = toolButton({ id: 'dismiss-problem', icon: 'close', title: 'Dismiss' });
  const problem = element(
    'section',
    { id: 'problem', class: 'notice is-problem', attributes: { role: 'alert' } },
    icon('error'),
    problemText,
    dismiss,
  );
  problem.hidden = true;
  const waitingText = element('p', { class: 'notice-text' });
  const saveWaiting = button('save-waiting', 'save', 'Save', 'Write the mask into its record', true);
  const discardWaiting = button('discard-waiting', 'discard', 'Discard', 'Let the mask go');
  const waiting = element(
    'section',
    { id: 'waiting', class: 'notice', attributes: { 'aria-label': 'Unsaved mask' } },
    icon('edit'),
    waitingText,
    element('div', { class: 'notice-actions' }, saveWaiting, discardWaiting),
  );
  waiting.hidden = true;
  return { problem, problemText, dismiss, waiting, waitingText, saveWaiting, discardWaiting };
}

function buildPicture() {
  const canvas = element('canvas', {
    id: 'picture',
    attributes: { tabindex: '0', role: 'application', 'aria-roledescription': 'picture with masks' },
  });
  const hoverLabel = element('div', { id: 'hover-label', attributes: { 'aria-hidden': 'true' } });
  hoverLabel.hidden = true;
  const photographs = element('div', { class: 'photographs', attributes: { 'aria-hidden': 'true' } });
  const besides = element('div', { class: 'photographs', attributes: { 'aria-hidden': 'true' } });
  // Two halves of one stage and not `vscode-split-layout`: both must stay of one size, or they could not show the same part.
  const bare = element('div', { class: 'pane is-bare' }, besides);
  bare.hidden = true;
  // The mask list says the same to screen readers.
  const legend = element('ul', { class: 'legend', attributes: { 'aria-hidden': 'true' } });
  legend.hidden = true;
  const pane = element('div', { class: 'pane' }, photographs, canvas, legend, hoverLabel);
  const stage = element('div', { class: 'stage' }, bare, pane);
  const pictureNote = element('p', { class: 'picture-note', attributes: { role: 'status' } });
  pictureNote.hidden = true;
  const drawing = buildDrawingBars();
  const view = buildViewBar();
  const pictureColumn = element(
    'section',
    { class: 'picture-column', attributes: { 'aria-label': 'Picture' } },
    drawing.tools,
    stage,
    pictureNote,
    drawing.work,
    view.bar,
  );
  return { pictureColumn, canvas, hoverLabel, photographs, besides, bare, legend, stage, pictureNote, drawing, view };
}

function buildText() {
  const caption = element('section', { class: 'caption', attributes: { 'aria-label': 'Conversation' } });
  const current = element('section', {
    class: 'caption is-current',
    attributes: { 'aria-label': 'Conversation in the file' },
  });
  current.hidden = true;
  const drawWords = button('draw-words', 'edit', 'Draw their mask', actionTip('phrase.draw'), true);
  const words = element('div', { id: 'words-bar' }, drawWords);
  words.hidden = true;
  const captions = element('div', { class: 'captions' }, caption, current, words);
  const comparison = element('section', { id: 'comparison', attributes: { 'aria-label': 'Draft against the file' } });
  comparison.hidden = true;
  const maskCount = element('h2', { id: 'mask-count', class: 'speaker' });
  const masks = element('ul', { id: 'masks', class: 'masks', attributes: { 'aria-labelledby': 'mask-count' } });
  const maskSection = element('section', { class: 'mask-section' }, maskCount, masks);
  const negatives = element('ul', { class: 'negatives' });
  const negativeSection = element(
    'section',
    { class: 'negative-section' },
    element('h2', { class: 'speaker', text: 'Not in the image' }),
    negatives,
  );
  const textColumn = element('div', { class: 'text-column' }, captions, comparison, maskSection, negativeSection);
  const fixed = { caption, captions, current, words, drawWords, comparison };
  return { ...fixed, masks, maskCount, negatives, negativeSection, textColumn };
}
