/** Records on their way into another `.uscdf.jsonl`: as they were written, with what lies beside them found from there too. */
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { isObject } from '../../core/records/isObject.ts';
import type { SpanEdit } from '../../core/records/position.ts';
import { isRemote } from '../../core/records/recordModel.ts';
import type { RecordEdit } from '../../core/records/sourceRecord.ts';
import { writeRecord } from '../../core/records/writeRecord.ts';
import type { PlacedModel } from './records.ts';

/**
 * The record as a line, without its ending. A line stays as it is but for what has to change; records of the other two kinds
 * are written anew. `undefined` for what is no record.
 *
 * @param folder The folder of the new file.
 * @param names The id and the parent that the record gets, where these change.
 */
export function movedLine(
  { cell, kind, place, model }: PlacedModel,
  folder: string,
  names: { readonly id?: string; readonly parent?: string } = {},
): string | undefined {
  const { record } = cell;
  if (record.problems.length > 0 || !isObject(record.value)) return undefined;
  const edits: RecordEdit[] = [];
  for (const [key, value] of Object.entries(names))
    if (value !== undefined && model.data[key] !== value) edits.push({ kind: 'set', path: [key], value });
  edits.push(...movedPaths(model.data, dirname(place.path), folder));
  const spans = kind === 'jsonl' ? record.edit(edits) : undefined;
  if (spans !== undefined) return edited(record.source, spans);
  const written = writeRecord('jsonl', edits.reduce(withEdit, model.data));
  return written.ok ? written.value : undefined;
}

/** The edits that make a record's relative paths lead to the same files from another folder. */
function movedPaths(data: Readonly<Record<string, unknown>>, from: string, to: string): readonly RecordEdit[] {
  const edits: RecordEdit[] = [];
  const move = (path: readonly (string | number)[], value: unknown) => {
    const moved = typeof value === 'string' ? movedPath(value, from, to) : undefined;
    if (moved !== undefined && moved !== value) edits.push({ kind: 'set', path, value: moved });
  };
  const { image, masks } = data;
  move(['image'], image);
  move(['masks'], masks);
  for (const [i, mask] of (Array.isArray(masks) ? masks : []).entries())
    if (isObject(mask) && mask['file'] !== undefined) move(['masks', i, 'file'], mask['file']);
  return edits;
}

/** `undefined` for what leads to the same file from everywhere. */
function movedPath(path: string, from: string, to: string): string | undefined {
  if (path === '' || isRemote(path) || isAbsolute(path)) return undefined;
  if (resolve(from) === resolve(to)) return undefined;
  return relative(to, resolve(from, path)).replaceAll(sep, '/');
}

function edited(source: string, spans: readonly SpanEdit[]): string {
  let text = source;
  for (const { start, end, newText } of [...spans].sort((a, b) => b.start - a.start))
    text = text.slice(0, start) + newText + text.slice(end);
  return text;
}

/** A record's value after an edit of a key, of the masks' file, or of a mask's file. */
function withEdit(data: Readonly<Record<string, unknown>>, edit: RecordEdit): Readonly<Record<string, unknown>> {
  if (edit.kind !== 'set') return data;
  const [key = '', index] = edit.path;
  const masks = data['masks'];
  if (index === undefined || !Array.isArray(masks)) return { ...data, [key]: edit.value };
  return { ...data, masks: masks.map((mask, i) => (i === index ? { ...mask, file: edit.value } : mask)) };
}
