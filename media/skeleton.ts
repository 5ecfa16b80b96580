/** The page's fixed nodes, by the names under which the rest of the page knows them. */
import { element } from './element.ts';
import { type IconName, icon } from './icons.ts';

export type Skeleton = ReturnType<typeof buildSkeleton>;

export function buildSkeleton(root: HTMLElement) {
  const header = {
    id: element('h1', { class: 'record-id' }),
    task: element('span', { class: 'task' }),
    findings: element('span', { class: 'findings' }),
    draft: button('draft-button', 'draft', 'Draft', 'Ask the local model for a grounded caption', 'action'),
  };
  const draft = {
    title: element('p', { class: 'draft-title' }),
    notes: element('ul', { class: 'draft-notes' }),
    accept: button('accept', 'accept', 'Accept', 'Write this draft into the file', 'action is-primary'),
    reject: button('reject', 'reject', 'Reject', 'Close this draft; the file stays as it is', 'action'),
  };
  const draftBar = element(
    'section',
    { id: 'draft', attributes: { role: 'region', 'aria-label': 'Draft' } },
    element('div', { class: 'draft-words' }, draft.title, draft.notes),
    element('div', { class: 'draft-actions' }, draft.accept, draft.reject),
  );
  draftBar.hidden = true;

  const canvas = element('canvas', {
    id: 'picture',
    attributes: { tabindex: '0', role: 'application', 'aria-roledescription': 'picture with masks' },
  });
  const hoverLabel = element('div', { id: 'hover-label', attributes: { 'aria-hidden': 'true' } });
  hoverLabel.hidden = true;
  const photographs = element('div', { class: 'photographs', attributes: { 'aria-hidden': 'true' } });
  const stage = element('div', { class: 'stage' }, photographs, canvas, hoverLabel);
  const pictureNote = element('p', { class: 'picture-note', attributes: { role: 'status' } });
  pictureNote.hidden = true;
  const tools = buildTools();

  const caption = element('section', { class: 'caption', attributes: { 'aria-label': 'Conversation' } });
  const masks = element('ul', { id: 'masks', class: 'masks', attributes: { role: 'listbox', 'aria-label': 'Masks' } });
  const maskCount = element('h2', { class: 'speaker' });
  const maskSection = element('section', { class: 'mask-section' }, maskCount, masks);
  const negatives = element('ul', { class: 'negatives' });
  const negativeSection = element(
    'section',
    { class: 'negative-section' },
    element('h2', { class: 'speaker', text: 'Not in the image' }),
    negatives,
  );

  const pictureColumn = element(
    'section',
    { class: 'picture-column', attributes: { 'aria-label': 'Picture' } },
    stage,
    pictureNote,
    tools.bar,
  );
  const main = element(
    'main',
    {},
    pictureColumn,
    element('div', { class: 'text-column' }, caption, maskSection, negativeSection),
  );
  const emptyMessage = element('p', { class: 'empty-message' });
  const empty = element('div', { id: 'empty', attributes: { role: 'status' } }, icon('noPicture'), emptyMessage);
  const announcer = element('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite' } });

  const top = element(
    'header',
    { class: 'bar' },
    header.id,
    header.task,
    header.findings,
    element('span', { class: 'space' }),
    header.draft,
  );
  const filled = element('div', { id: 'filled' }, top, draftBar, main);
  filled.hidden = true;
  root.replaceChildren(filled, empty, announcer);
  emptyMessage.textContent = 'Put the cursor in a record to see its picture.';
  return {
    header,
    draftBar,
    draft,
    canvas,
    stage,
    pictureColumn,
    hoverLabel,
    pictureNote,
    photographs,
    tools,
    caption,
    masks,
    maskCount,
    negatives,
    negativeSection,
    filled,
    empty,
    emptyMessage,
    announcer,
  };
}

function buildTools() {
  const opacity = element('input', {
    id: 'opacity',
    attributes: { type: 'range', min: '0', max: '100', step: '5', 'aria-label': 'Strength of the masks’ colour' },
  });
  const outlines = toggle('outlines', 'outlines', 'Outlines');
  const numbers = toggle('numbers', 'numbers', 'Numbers');
  const zoomOut = button('zoom-out', 'zoomOut', '', 'Zoom out (−)', 'tool');
  const zoomIn = button('zoom-in', 'zoomIn', '', 'Zoom in (+, or Ctrl and the wheel)', 'tool');
  const reset = button('zoom-reset', 'fit', '', 'Show the whole picture (0)', 'tool');
  const zoomLevel = element('span', { class: 'zoom-level' });
  reset.append(zoomLevel);
  const bar = element(
    'div',
    { class: 'tools', attributes: { role: 'toolbar', 'aria-label': 'Picture' } },
    element('label', { class: 'opacity', title: 'Strength of the masks’ colour' }, icon('opacity'), opacity),
    outlines,
    numbers,
    element('span', { class: 'space' }),
    zoomOut,
    reset,
    zoomIn,
  );
  return { bar, opacity, outlines, numbers, zoomOut, zoomIn, reset, zoomLevel };
}

function button(id: string, picture: IconName, text: string, title: string, className: string): HTMLButtonElement {
  const node = element('button', { id, class: className, title, attributes: { type: 'button' } }, icon(picture));
  if (text === '') node.setAttribute('aria-label', title);
  else node.append(element('span', { text }));
  return node;
}

function toggle(id: string, picture: IconName, text: string): HTMLButtonElement {
  const node = button(id, picture, '', text, 'tool');
  node.setAttribute('aria-pressed', 'true');
  return node;
}
