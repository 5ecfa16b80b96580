/** Names of things: those that the question still waits for, the masks' labels, and the datasets' class names. */
import { CLASS_NAMES } from '../../datasets/classNames/index.ts';
import { isObject } from '../../records/isObject.ts';
import type { RecordModel } from '../../records/recordModel.ts';
import { referentKey } from '../../text/compose.ts';

export interface Name {
  readonly text: string;
  readonly detail: string;
  readonly isClass: boolean;
}

/** Longer labels are no names; they would only fill the list. */
const LONGEST_NAME = 200;

/** The labels of the record's masks from the mask `first` on, then those before it. */
export function maskLabels(model: RecordModel, first: number): readonly string[] {
  const labels = (model.masks ?? []).map((mask) => (isObject(mask) ? oneLine(mask['label']) : ''));
  return [...labels.slice(first), ...labels.slice(0, first)].filter((label) => label !== '');
}

/** Every name that fits what is typed, each once: the asked ones first, then labels, then classes. */
export function namesFor(typed: string, asked: readonly string[], labels: readonly string[]): readonly Name[] {
  const names: Name[] = [];
  const known = new Set<string>();
  const add = (text: string, detail: string, isClass: boolean) => {
    const key = referentKey(text);
    if (key === '' || known.has(key) || !fits(text, typed)) return;
    known.add(key);
    names.push({ text, detail, isClass });
  };
  for (const text of asked) add(text, 'asked for, not answered yet', false);
  for (const text of labels) add(text, 'label of a mask', false);
  for (const { name, datasets } of CLASS_NAMES) add(name, datasets.join(', '), true);
  return names;
}

/** Whether one of a name's words begins with what is typed. */
export function fits(name: string, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return true;
  const lower = name.toLowerCase();
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    if (at === 0 || lower[at - 1] === ' ' || lower[at - 1] === '-') return true;
  }
  return false;
}

/** A value as words on one line; empty where it is no text, or too long. */
export function oneLine(value: unknown): string {
  if (typeof value !== 'string' || value.length > LONGEST_NAME) return '';
  return value.replace(/\s+/g, ' ').trim();
}
