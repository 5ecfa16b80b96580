/** One record on the page: a tile of the grid, or a row of the list. */
import { maskColor } from '../../core/masks/palette.ts';
import type { ShownRow } from '../browserProtocol.ts';
import { element } from '../element.ts';
import { icon } from '../widgets.ts';
import { counted } from './filterText.ts';
import type { Thumbnails } from './thumbnails.ts';

/** The id of a place's cell, by which the grid names the one that has the focus. */
export function cellId(place: number): string {
  return `place-${place}`;
}

/** A cell for a place, its picture and words still to come. */
export function makeCell(place: number, column: number): HTMLElement {
  return element('div', {
    id: cellId(place),
    class: 'cell is-waiting',
    attributes: {
      role: 'gridcell',
      'aria-colindex': String(column + 1),
      'aria-busy': 'true',
      'data-place': String(place),
    },
  });
}

/** Fills a cell with a record, in a folder with the name of its file; a record that it shows already is left as it is. */
export function fillCell(cell: HTMLElement, row: ShownRow, thumbnails: Thumbnails, inFolder: boolean): void {
  if (shown.get(cell) === row) return;
  shown.set(cell, row);
  const canvas = element('canvas', { class: 'thumbnail', attributes: { 'aria-hidden': 'true' } });
  cell.replaceChildren(
    element('div', { class: 'picture' }, canvas, missingOf(row)),
    element('div', { class: 'words' }, headOf(row, inFolder), captionOf(row), badgesOf(row)),
  );
  cell.classList.remove('is-waiting');
  cell.removeAttribute('aria-busy');
  cell.dataset.record = String(row.record);
  thumbnails.show(canvas, row);
}

/** The record that a cell shows; `undefined` while it waits. */
export function rowOf(cell: Element): ShownRow | undefined {
  return shown.get(cell);
}

const shown = new WeakMap<Element, ShownRow>();

function headOf({ id, file, line }: ShownRow, inFolder: boolean): HTMLElement {
  const place = inFolder ? `${nameOf(file)}:${line + 1}` : `line ${line + 1}`;
  return element(
    'div',
    { class: 'head' },
    element('span', { class: 'id', text: id, title: id }),
    element('span', { class: 'quiet', text: place, title: `${file}, line ${line + 1}` }),
  );
}

/** A file's name without what all files of its kind end in. */
function nameOf(file: string): string {
  return file.slice(1 + Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'))).replace(/\.uscdf(\.jsonl?)?$/, '');
}

/** Says where a photograph is not; shown once it is known not to be there. */
function missingOf({ image, imageSource }: ShownRow): HTMLElement | undefined {
  if (image === '') return undefined;
  const [text, title] =
    imageSource === undefined
      ? ['not fetched', `${image} lies on the network, and is not fetched.`]
      : ['no photograph', `${image} is not there, or no image that can be shown.`];
  return element('span', { class: 'missing', title }, icon('file-media'), text);
}

/** What the record says, or else what is asked; of one that cannot be read, why. */
function captionOf({ parts, isAsked, findings }: ShownRow): HTMLElement {
  if (parts.length === 0) return element('div', { class: 'caption quiet', text: findings[0]?.message ?? '' });
  const nodes = parts.map(({ text, phrase, color }) => {
    if (phrase !== true) return text;
    const node = element('span', { class: color === undefined ? 'phrase is-bare' : 'phrase', text });
    if (color !== undefined) node.style.setProperty('--mask', maskColor(color).hex);
    return node;
  });
  if (isAsked === true) return element('div', { class: 'caption quiet' }, 'Not answered: ', ...nodes);
  return element('div', { class: 'caption' }, ...nodes);
}

function badgesOf(row: ShownRow): HTMLElement {
  const { task, maskCount, negatives, review, errors, warnings, findings, findingCount } = row;
  const notes = findingCount - errors - warnings;
  const why = findings.map(({ code, message }) => `${code}: ${message}`).join('\n');
  // What a narrow tile has no room for is at the end.
  const badges = [
    errors > 0 ? badge('error', counted(errors, 'error'), 'is-error', why) : undefined,
    warnings > 0 ? badge('warning', counted(warnings, 'warning'), 'is-warning', why) : undefined,
    review === 'none' ? undefined : badge(REVIEW_ICONS[review], review, `is-${review}`, undefined),
    badge('symbol-color', counted(maskCount, 'mask'), 'is-plain', undefined),
    negatives > 0 ? badge('circle-slash', `${negatives} denied`, 'is-plain', undefined) : undefined,
    notes > 0 ? badge('info', counted(notes, 'note'), 'is-note', why) : undefined,
    task === undefined ? undefined : badge('tag', task, 'is-plain', undefined),
  ];
  return element('div', { class: 'badges' }, ...badges);
}

const REVIEW_ICONS = { draft: 'sparkle', accepted: 'check', rejected: 'close' } as const;

function badge(iconName: string, text: string, kind: string, why: string | undefined): HTMLElement {
  return element(
    'span',
    { class: `badge ${kind}`, ...(why !== undefined && { title: why }) },
    icon(iconName),
    text,
    // A screen reader hears no tooltip.
    why === undefined ? undefined : element('span', { class: 'visually-hidden', text: `: ${why}` }),
  );
}
