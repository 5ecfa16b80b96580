/** What rules and features know of a record: its values by name, its turns, and its `[SEG]` in the order of its masks. */
import { type LabelMapSource, type MaskReading, readMask } from '../masks/maskValue.ts';
import type { Result } from '../result.ts';
import type { Asked } from '../text/asked.ts';
import type { Phrase, Seg } from '../text/tree.ts';
import { isObject } from './isObject.ts';
import type { Path, SourceRecord, SourceTurn } from './sourceRecord.ts';

export const TASKS = ['semantic', 'referring', 'reasoning', 'panoptic', 'gcg', 'mgsc', 'region'] as const;
export const SEVERITIES = ['off', 'hint', 'information', 'warning', 'error'] as const;
export type Severity = Exclude<(typeof SEVERITIES)[number], 'off'>;

/** The record's keys in the order in which they are written (`recordSchema`). */
export const RECORD_KEYS: readonly string[] = [
  'id',
  'image',
  'width',
  'height',
  'task',
  'conversations',
  'masks',
  'negatives',
  'target',
  'parent',
  'provenance',
  'lint',
];

export type ImageFacts =
  | { readonly ok: true; readonly width: number; readonly height: number }
  | { readonly ok: false; readonly message: string };

/** What a record refers to outside its file, as far as it is known by now; `undefined` means not looked at yet. */
export interface Resources extends LabelMapSource {
  image(path: string): ImageFacts | undefined;
  sidecar(path: string): Result<readonly unknown[]> | undefined;
}

/** A `[SEG]` with its turn. Its place in the list is the index of its mask. */
export interface PlacedSeg {
  readonly turn: SourceTurn;
  readonly seg: Seg;
}

export interface PlacedPhrase {
  readonly turn: SourceTurn;
  readonly phrase: Phrase;
}

export class RecordModel {
  readonly data: Readonly<Record<string, unknown>>;
  /** What was found out about each answer's question (`askedOf`), by the turn's index; null where it lists nothing. */
  asked: (Asked | null | undefined)[] | undefined;
  /** The last user turn before each turn (`questionBefore`), where a record asks for more than the turn before. */
  questions: ReadonlyMap<SourceTurn, SourceTurn> | undefined;
  private answerList: readonly SourceTurn[] | undefined;
  private segList: readonly PlacedSeg[] | undefined;
  private decoded: MaskReading[] | undefined;
  private phraseList: readonly PlacedPhrase[] | undefined;

  constructor(
    readonly source: SourceRecord,
    private readonly resources?: Resources,
  ) {
    this.data = isObject(source.value) ? source.value : {};
  }

  get id(): string | undefined {
    return text(this.data['id']);
  }

  get image(): string | undefined {
    return text(this.data['image']);
  }

  get task(): string | undefined {
    return text(this.data['task']);
  }

  get turns(): readonly SourceTurn[] {
    return this.source.turns;
  }

  /** Every item of the conversation is a turn of a known speaker, so that what is missing in it is really missing. */
  get conversationIsWhole(): boolean {
    if (this.source.plain) return true;
    const conversations = this.data['conversations'];
    if (!Array.isArray(conversations) || conversations.length === 0) return false;
    return this.turns.length === conversations.length && this.turns.every((turn) => turn.role !== undefined);
  }

  get answers(): readonly SourceTurn[] {
    this.answerList ??= this.turns.filter((turn) => turn.role === 'gpt');
    return this.answerList;
  }

  /** How many `[SEG]` a mask belongs to. */
  get segCount(): number {
    let count = 0;
    for (const { role, tree } of this.turns) if (role === 'gpt') count += tree.segCount;
    return count;
  }

  /** Every `[SEG]` that a mask belongs to, in the order of the masks. */
  get segs(): readonly PlacedSeg[] {
    if (this.segList !== undefined) return this.segList;
    const segs: PlacedSeg[] = [];
    for (const turn of this.answers) for (const seg of turn.tree.segs) if (!seg.denied) segs.push({ turn, seg });
    this.segList = segs;
    return segs;
  }

  /** The phrases of all answers in reading order, nested ones left out. */
  get phrases(): readonly PlacedPhrase[] {
    if (this.phraseList !== undefined) return this.phraseList;
    const phrases: PlacedPhrase[] = [];
    for (const turn of this.answers)
      for (const phrase of turn.tree.phrases) if (!phrase.nested) phrases.push({ turn, phrase });
    this.phraseList = phrases;
    return phrases;
  }

  /** The masks; `undefined` where the key is missing or wrong, or names a file that is not read yet. */
  get masks(): readonly unknown[] | undefined {
    const masks = this.data['masks'];
    if (Array.isArray(masks)) return masks;
    const sidecar = this.sidecar === undefined ? undefined : this.resources?.sidecar(this.sidecar);
    return sidecar?.ok ? sidecar.value : undefined;
  }

  /** A mask's runs, or why there are none; decoded once, however many rules ask. */
  reading(index: number): MaskReading {
    this.decoded ??= [];
    return (this.decoded[index] ??= readMask(this.masks?.[index], this.resources));
  }

  /** The file that holds the masks, where the record names one. */
  get sidecar(): string | undefined {
    return text(this.data['masks']);
  }

  /** Where a mask stands in the record: its own place, or the name of the file that holds it. */
  maskPath(index: number): Path {
    return this.sidecar === undefined ? ['masks', index] : ['masks'];
  }

  /** `[height, width]` in pixels: the image file's, which cannot be wrong; else what the record says. */
  get imageSize(): readonly [number, number] | undefined {
    const image = this.image === undefined ? undefined : this.resources?.image(this.image);
    if (image?.ok) return [image.height, image.width];
    const { width, height } = this.data;
    return isPixels(width) && isPixels(height) ? [height, width] : undefined;
  }

  /** The severity that the record itself sets for a rule. */
  ownSeverity(code: string): (typeof SEVERITIES)[number] | undefined {
    const lint = this.data['lint'];
    const value = isObject(lint) ? lint[code] : undefined;
    return SEVERITIES.find((severity) => severity === value);
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isPixels(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

/** An image that lies somewhere on the network is never fetched by a check. */
export function isRemote(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(path);
}
