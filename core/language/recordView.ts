/** Phrases, masks and their places in a record, as hover, hints and the preview see them. */

import { type MaskReading, readMask } from '../masks/maskValue.ts';
import { area } from '../masks/runLengthMask.ts';
import { isObject } from '../records/isObject.ts';
import type { Span } from '../records/position.ts';
import { type PlacedPhrase, RecordModel, type Resources } from '../records/recordModel.ts';
import type { SourceRecord } from '../records/sourceRecord.ts';

export interface ViewedMask {
  readonly index: number;
  readonly value: unknown;
  readonly reading: MaskReading;
  /** Pixels; 0 where the mask cannot be read. */
  readonly area: number;
  /** The phrase that owns it, an index into `phrases`. */
  readonly phrase: number | undefined;
  readonly label: string;
  readonly score: number | undefined;
}

export interface ViewedPhrase extends PlacedPhrase {
  readonly index: number;
  /** Its masks, one for each of its `[SEG]`. */
  readonly masks: readonly number[];
}

/** A record seen as phrases and masks. Masks are decoded once, when first asked for. */
export class RecordView {
  readonly model: RecordModel;
  readonly phrases: readonly ViewedPhrase[];
  private byTurn: ReadonlyMap<number, readonly ViewedPhrase[]> | undefined;
  private owners: ReadonlyMap<number, ViewedPhrase> | undefined;
  private readonly decoded = new Map<number, ViewedMask>();

  constructor(
    source: SourceRecord,
    private readonly resources: Resources | undefined,
  ) {
    this.model = new RecordModel(source, resources);
    const maskIndex = new Map(this.model.segs.map(({ seg }, index) => [seg, index]));
    this.phrases = this.model.phrases.map((placed, index) => ({
      ...placed,
      index,
      masks: placed.phrase.segs.map((seg) => maskIndex.get(seg)!).filter((mask) => mask < this.maskCount),
    }));
  }

  /** The phrases of one turn, by the turn's index. */
  phrasesOf(turn: number): readonly ViewedPhrase[] {
    this.byTurn ??= groupByTurn(this.phrases);
    return this.byTurn.get(turn) ?? [];
  }

  get maskCount(): number {
    return this.model.masks?.length ?? 0;
  }

  mask(index: number): ViewedMask {
    const known = this.decoded.get(index);
    if (known !== undefined) return known;
    const value = this.model.masks?.[index];
    const reading = readMask(value, this.resources);
    const phrase = this.ownerOf(index);
    const own = isObject(value) ? value : {};
    const view: ViewedMask = {
      index,
      value,
      reading,
      area: reading.ok ? area(reading.mask) : 0,
      phrase: phrase?.index,
      label: phrase?.phrase.text || (typeof own['label'] === 'string' ? own['label'] : `mask ${index + 1}`),
      score: typeof own['score'] === 'number' ? own['score'] : undefined,
    };
    this.decoded.set(index, view);
    return view;
  }

  /** The phrase that owns a mask. */
  private ownerOf(mask: number): ViewedPhrase | undefined {
    this.owners ??= new Map(this.phrases.flatMap((phrase) => phrase.masks.map((each) => [each, phrase] as const)));
    return this.owners.get(mask);
  }

  /** The phrase at a place of the record's source, its `[SEG]` included. */
  phraseAt(offset: number): ViewedPhrase | undefined {
    return this.phrases.find((placed) => {
      const { start, end } = this.wholeSpan(placed);
      return offset >= start && offset <= end;
    });
  }

  /** The mask whose value stands at a place of the record's source. */
  maskAt(offset: number): number | undefined {
    if (this.model.sidecar !== undefined) return undefined;
    for (let index = 0; index < this.maskCount; index++) {
      const { start, end } = this.model.source.locate(['masks', index]);
      if (offset >= start && offset <= end) return index;
    }
    return undefined;
  }

  /** The phrase from `<p>` to its last `[SEG]`. */
  wholeSpan({ turn, phrase }: PlacedPhrase): Span {
    return this.model.source.locateText(turn.index, { start: phrase.start, end: phrase.segEnd });
  }

  /** The words between the tags. */
  wordsSpan({ turn, phrase }: PlacedPhrase): Span {
    const content = turn.text.slice(phrase.contentStart, phrase.contentEnd);
    const start = phrase.contentStart + (content.length - content.trimStart().length);
    return this.model.source.locateText(turn.index, { start, end: start + content.trim().length });
  }
}

function groupByTurn(phrases: readonly ViewedPhrase[]): ReadonlyMap<number, readonly ViewedPhrase[]> {
  const groups = new Map<number, ViewedPhrase[]>();
  for (const placed of phrases) {
    const group = groups.get(placed.turn.index);
    if (group === undefined) groups.set(placed.turn.index, [placed]);
    else group.push(placed);
  }
  return groups;
}
