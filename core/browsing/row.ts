/** A record as the dataset browser shows it: the words of its answers, and masks at the size of a thumbnail. */
import { placedParts } from '../language/previewParts.ts';
import { RecordView } from '../language/recordView.ts';
import { toCompressed } from '../masks/maskValue.ts';
import { area } from '../masks/runLengthMask.ts';
import type { RecordModel, Resources, Severity } from '../records/recordModel.ts';
import type { SourceRecord, SourceTurn } from '../records/sourceRecord.ts';
import type { Finding } from '../rules/checkRecord.ts';
import { deniedCount, type ReviewState, reviewState } from './facts.ts';
import { shrinkMask } from './shrinkMask.ts';

/** A piece of a caption; one with `color` is a phrase, in the colour of its mask. */
export interface RowPart {
  readonly text: string;
  readonly phrase?: boolean;
  /** Index into the palette; absent where the phrase has no mask. */
  readonly color?: number;
}

export interface RowMask {
  /** Compressed COCO RLE of the row's `size`. */
  readonly counts: string;
  readonly color: number;
}

export interface RowFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
}

/** Where a row's record stands. */
export interface RowPlace {
  /** Its number in the dataset, from 0. */
  readonly record: number;
  /** The absolute path of its file. */
  readonly file: string;
  /** From 0. */
  readonly line: number;
}

export interface BrowsedRow extends RowPlace {
  readonly id: string;
  readonly task?: string;
  /** As written in the record; empty where it names none. */
  readonly image: string;
  readonly parts: readonly RowPart[];
  /** The parts are those of its question, for it has no answer yet. */
  readonly isAsked?: boolean;
  /** `[height, width]` of the masks here, in small pixels; absent where the record has none that can be read. */
  readonly size?: readonly [number, number];
  /** The larger ones first, so that the smaller ones are painted over them. */
  readonly masks: readonly RowMask[];
  readonly maskCount: number;
  readonly phraseCount: number;
  readonly negatives: number;
  readonly review: ReviewState;
  /** The first of them, errors before the others. */
  readonly findings: readonly RowFinding[];
  readonly findingCount: number;
  readonly errors: number;
  readonly warnings: number;
}

/** The longer side of a thumbnail, in pixels. */
const THUMBNAIL = 224;
const MOST_MASKS = 100;
const MOST_LETTERS = 280;
const MOST_FINDINGS = 5;
const WEIGHT: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/** `resources` hold what the record refers to; masks in files that are not loaded are left out. */
export function browsedRow(
  place: RowPlace,
  source: SourceRecord,
  findings: readonly Finding[],
  resources: Resources | undefined,
): BrowsedRow {
  const view = new RecordView(source, resources);
  const { model } = view;
  return {
    ...place,
    id: model.id ?? `record ${place.record + 1}`,
    ...(model.task !== undefined && { task: model.task }),
    image: model.image ?? '',
    ...captionOf(view),
    ...masksOf(model),
    maskCount: view.maskCount,
    phraseCount: view.phrases.length,
    negatives: deniedCount(model),
    review: reviewState(model),
    ...shownFindings(findings),
  };
}

/** A record that cannot be shown, and why. */
export function brokenRow(place: RowPlace, message: string): BrowsedRow {
  return {
    ...place,
    id: `record ${place.record + 1}`,
    image: '',
    parts: [],
    masks: [],
    maskCount: 0,
    phraseCount: 0,
    negatives: 0,
    review: 'none',
    ...shownFindings([{ code: 'syntax', severity: 'error', message }]),
  };
}

function shownFindings(
  findings: readonly RowFinding[],
): Pick<BrowsedRow, 'findings' | 'findingCount' | 'errors' | 'warnings'> {
  const worstFirst = [...findings].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
  return {
    findings: worstFirst.slice(0, MOST_FINDINGS).map(({ code, severity, message }) => ({ code, severity, message })),
    findingCount: findings.length,
    errors: findings.filter(({ severity }) => severity === 'error').length,
    warnings: findings.filter(({ severity }) => severity === 'warning').length,
  };
}

/** What is said, or of a record without an answer what is asked. */
function captionOf(view: RecordView): Pick<BrowsedRow, 'parts' | 'isAsked'> {
  const { answers, turns } = view.model;
  if (answers.some(({ text }) => text !== '')) return { parts: partsOf(view, answers) };
  const parts = partsOf(view, turns);
  return parts.length > 0 ? { parts, isAsked: true } : { parts };
}

/** Turns without their tags, one after the other, up to where a tile is full. */
function partsOf(view: RecordView, turns: readonly SourceTurn[]): readonly RowPart[] {
  const parts: RowPart[] = [];
  let room = MOST_LETTERS;
  for (const turn of turns) {
    if (parts.length > 0) parts.push({ text: ' ' });
    for (const { part } of placedParts(view, turn)) {
      if (room <= 0) return [...parts, { text: '…' }];
      const text = part.text.length <= room ? part.text : `${part.text.slice(0, room)}…`;
      room -= part.text.length;
      if (part.kind === 'text') parts.push({ text });
      else parts.push({ text, phrase: true, ...(part.mask !== undefined && { color: part.mask }) });
      if (text.length > part.text.length) return parts;
    }
  }
  return parts;
}

function masksOf(model: RecordModel): Pick<BrowsedRow, 'size' | 'masks'> {
  const count = model.masks?.length ?? 0;
  let size: readonly [number, number] | undefined;
  const masks: { readonly counts: string; readonly color: number; readonly pixels: number }[] = [];
  for (let index = 0; index < count; index++) {
    const reading = model.reading(index);
    if (!reading.ok) continue;
    size ??= thumbnailSize(reading.mask.height, reading.mask.width);
    const small = shrinkMask(reading.mask, ...size);
    masks.push({ counts: toCompressed(small).counts, color: index, pixels: area(small) });
  }
  masks.sort((a, b) => b.pixels - a.pixels);
  return {
    ...(size !== undefined && { size }),
    masks: masks.slice(0, MOST_MASKS).map(({ counts, color }) => ({ counts, color })),
  };
}

function thumbnailSize(height: number, width: number): readonly [number, number] {
  const scale = Math.min(1, THUMBNAIL / Math.max(height, width));
  return [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))];
}
