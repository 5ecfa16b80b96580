/**
 * People draw, name, move, delete, undo, redo, accept and reject in any order. After each step the file holds what a plain
 * model of it holds, and no mistake.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCounts } from '../../masks/counts.ts';
import { encodeCounts, fromBitmap, toBitmap } from '../../masks/runLengthMask.ts';
import { type FileKind, UscdfDocument } from '../../records/document.ts';
import { FILE_KINDS } from '../../testing/fixtures.ts';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { textOf } from '../../testing/marked.ts';
import { editedText, errorCodes } from '../../testing/shaping.ts';
import { acceptDraft } from '../acceptDraft.ts';
import { LanguageService } from '../languageService.ts';
import type { PreviewRecord } from '../previewModel.ts';
import type { DrawnMask, ShapeEdit } from './shapeEdit.ts';
import { shapeRecord } from './shapeRecord.ts';

const RUNS = 30;
const STEPS = 60;

/** What a record says, in the plainest form: its phrases with the runs of their masks, and the masks left over. */
interface Model {
  readonly phrases: readonly ModelPhrase[];
  readonly leftOver: readonly string[];
  readonly denied: readonly string[];
}
interface ModelPhrase {
  readonly words: string;
  readonly masks: readonly string[];
}

/** Three numbers by chance, which choose what is done and to what. */
type Chance = readonly [number, number, number];

/** A step: the edit, and what the model becomes; the phrase's place where the file chooses it. */
interface Step {
  readonly edit: ShapeEdit;
  readonly model: (before: Model, place: number | undefined) => Model;
}

const ONE_MORE = ['a red kite', 'zebra', 'umbrella', 'violin', 'cat', 'two men', 'grüner Baum', '狗'];

/** One phrase of it has two masks. */
const PAIR = {
  id: 'pair',
  image: 'images/pair.jpg',
  width: 4,
  height: 5,
  conversations: [
    { from: 'human', value: '<image>\nPlease describe the image.' },
    { from: 'gpt', value: 'I see <p> two cats </p> [SEG] [SEG] and <p> a dog </p> [SEG] on the beach.' },
  ],
  masks: [1, 2, 3].map((seed) => randomMask([5, 4], seed)),
};

describe.each(FILE_KINDS)('a %s file', (kind) => {
  it('holds what its model holds after any steps', () => {
    const done = new Map<string, number>();
    const chance = fc.tuple(fc.nat(), fc.nat(), fc.nat());
    fc.assert(
      fc.property(generatedRecords(), fc.array(chance, { minLength: STEPS, maxLength: STEPS }), (records, chances) => {
        const file = new DrawnFile(kind, textOf(kind, [...records, PAIR]));
        for (const each of chances) {
          const what = file.step(each);
          done.set(what, (done.get(what) ?? 0) + 1);
        }
      }),
      // A failure is told as it is: shrinking a file and its whole past takes minutes.
      { numRuns: RUNS, seed: 7 + FILE_KINDS.indexOf(kind), endOnFailure: true },
    );
    const refused = done.get('refused') ?? 0;
    const steps = RUNS * STEPS - refused - (done.get('none') ?? 0);
    expect(steps).toBeGreaterThanOrEqual(1000);
    expect(refused / steps, JSON.stringify([...done])).toBeLessThan(0.05);
    // Nothing of what people can do was left out.
    const kinds = [
      'setMask',
      'groundWords',
      'nameMask',
      'giveMask',
      'removeMask',
      'movePhrase',
      'removePhrase',
      'mergeMasks',
      'splitMask',
    ];
    for (const each of [...kinds, 'undo', 'redo', 'accept', 'reject'])
      expect(done.get(each) ?? 0, each).toBeGreaterThan(0);
  });
});

interface State {
  readonly text: string;
  readonly models: readonly Model[];
}

/** A file in an editor, and its model, each with its past and future. */
class DrawnFile {
  private past: State[] = [];
  private future: State[] = [];
  private state: State;

  constructor(
    private readonly kind: FileKind,
    text: string,
  ) {
    const document = new UscdfDocument(kind, text);
    this.state = { text, models: document.cells.map(({ record }) => modelOf(record.value)) };
  }

  step([action, which, pick]: Chance): string {
    if (action % 8 === 0) return this.travel(this.past, this.future, 'undo');
    if (action % 8 === 1) return this.travel(this.future, this.past, 'redo');
    // A rejected draft never was in the file.
    if (action % 40 === 2) return 'reject';
    const document = new UscdfDocument(this.kind, this.state.text);
    const index = which % document.cells.length;
    if (action % 40 === 10) return this.accept(document, index, pick);
    const preview = new LanguageService().preview(document, document.cells[index]!.start, undefined);
    const step = preview && stepFor(preview, this.state.models[index]!, action >> 3, pick);
    if (step === undefined) return 'none';
    const result = shapeRecord(document, index, step.edit, undefined);
    if (!result.ok) {
      expect(result.message).toMatch(/^\S.*\.$/s);
      return 'refused';
    }
    const text = editedText(this.state.text, result.value.edits);
    const models = this.state.models.with(index, step.model(this.state.models[index]!, result.value.phrase));
    this.arrive({ text, models }, index);
    return step.edit.kind;
  }

  private accept(document: UscdfDocument, index: number, pick: number): string {
    const mask = randomMask([5, 4], pick);
    const draft = {
      task: 'gcg',
      question: 'Describe the image.',
      answer: 'A <p> drafted dog </p> [SEG].',
      image: `images/draft-${pick}.jpg`,
      width: 4,
      height: 5,
      masks: [{ ...mask }],
      provenance: { model: 'coco80@1.0.0', status: 'accepted' },
    };
    const result = acceptDraft(document, document.cells[index]!.start, draft);
    if (!result.ok) throw new Error(result.message);
    const model = { phrases: [{ words: 'drafted dog', masks: [mask.counts] }], leftOver: [], denied: [] };
    const models = this.state.models.toSpliced(index + 1, 0, model);
    this.arrive({ text: editedText(this.state.text, result.value), models }, index + 1);
    return 'accept';
  }

  private travel(from: State[], to: State[], name: string): string {
    const state = from.pop();
    if (state === undefined) return 'none';
    to.push(this.state);
    this.state = state;
    return name;
  }

  private arrive(state: State, index: number): void {
    this.past.push(this.state);
    this.future = [];
    this.state = state;
    const document = new UscdfDocument(this.kind, state.text);
    expect(document.problems).toEqual([]);
    expect(document.cells.map(({ record }) => modelOf(record.value))).toEqual(state.models);
    const leftOver = state.models[index]!.leftOver.length > 0;
    expect(errorCodes(document, index), state.text).toEqual(leftOver ? ['mask-count'] : []);
  }
}

/** Names are compared without case and article: where they stand decides on both. */
function key(words: string): string {
  return words.toLowerCase().replace(/^(?:an?|the) /, '');
}

/** Reads a record with nothing of the product but its values. */
function modelOf(value: unknown): Model {
  const { conversations, masks, negatives } = value as {
    readonly conversations: readonly { readonly from: string; readonly value: string }[];
    readonly masks: readonly { readonly counts: string | readonly number[] }[];
    readonly negatives?: readonly string[];
  };
  const runs = masks.map(({ counts }) =>
    typeof counts === 'string' ? counts : encodeCounts(Uint32Array.from(counts)),
  );
  const phrases: ModelPhrase[] = [];
  let next = 0;
  for (const { from, value: text } of conversations) {
    if (from !== 'gpt') continue;
    for (const [, words, segs] of text.matchAll(/<p>\s*([^<]*?)\s*<\/p>((?:\s*\[SEG\])*)/g)) {
      const count = segs!.split('[SEG]').length - 1;
      phrases.push({ words: key(words!), masks: runs.slice(next, next + count) });
      next += count;
    }
  }
  return { phrases, leftOver: runs.slice(next), denied: (negatives ?? []).map(key) };
}

/** Pixels by chance, at least one. */
function randomMask([height, width]: readonly [number, number], seed: number): DrawnMask {
  let state = (seed | 0) ^ 0x2545f491;
  const bitmap = new Uint8Array(height * width);
  for (let i = 0; i < bitmap.length; i++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + i;
    bitmap[i] = (state >>> 7) & 1;
  }
  bitmap[Math.abs(seed) % bitmap.length] = 1;
  return { size: [height, width], counts: encodeCounts(fromBitmap(bitmap, height, width).counts) };
}

/** What may be done to the record as it is shown, chosen by chance. */
function stepFor(preview: PreviewRecord, model: Model, action: number, pick: number): Step | undefined {
  const size = preview.masks[0]?.size ?? [5, 4];
  const drawn = randomMask(size, pick);
  const count = model.phrases.length;
  const phrase = count === 0 ? 0 : pick % count;
  const owned = model.phrases.reduce((sum, { masks }) => sum + masks.length, 0);
  switch (action % 9) {
    case 0: {
      if (preview.masks.length === 0) return undefined;
      const mask = pick % preview.masks.length;
      return { edit: { kind: 'setMask', mask, drawn }, model: (before) => withMask(before, mask, drawn.counts) };
    }
    case 1:
      return groundSome(preview, pick, drawn);
    case 2: {
      const name = ONE_MORE[pick % ONE_MORE.length]!;
      return { edit: { kind: 'nameMask', name, drawn }, model: named(name, drawn.counts) };
    }
    case 3: {
      if (model.leftOver.length === 0) return undefined;
      const at = pick % model.leftOver.length;
      const name = ONE_MORE[pick % ONE_MORE.length]!;
      return {
        edit: { kind: 'giveMask', mask: owned + at, to: { name } },
        model: (before, place) =>
          named(name, before.leftOver[at]!)({ ...before, leftOver: before.leftOver.toSpliced(at, 1) }, place),
      };
    }
    case 4: {
      if (model.leftOver.length === 0) return undefined;
      const at = pick % model.leftOver.length;
      return {
        edit: { kind: 'removeMask', mask: owned + at },
        model: (before) => ({ ...before, leftOver: before.leftOver.toSpliced(at, 1) }),
      };
    }
    case 5: {
      if (count === 0) return undefined;
      const to = (pick >> 4) % count;
      return { edit: { kind: 'movePhrase', phrase, to }, model: (before) => moved(before, phrase, to) };
    }
    case 6: {
      if (count === 0) return undefined;
      const words = pick & 16 ? 'keep' : 'remove';
      const mask = pick & 32 ? 'keep' : 'remove';
      return {
        edit: { kind: 'removePhrase', phrase, words, mask },
        model: (before) => ({
          ...before,
          phrases: before.phrases.toSpliced(phrase, 1),
          leftOver: mask === 'keep' ? [...before.leftOver, ...before.phrases[phrase]!.masks] : before.leftOver,
        }),
      };
    }
    case 7:
      return mergeOne(model, size);
    default:
      return splitOne(model, size, pick);
  }
}

function withMask(model: Model, index: number, counts: string): Model {
  let next = 0;
  const set = (own: string) => (next++ === index ? counts : own);
  const phrases = model.phrases.map((each) => ({ ...each, masks: each.masks.map(set) }));
  return { ...model, phrases, leftOver: model.leftOver.map(set) };
}

/** The phrase stands where the file says, and the others keep their order. */
function named(name: string, counts: string): Step['model'] {
  return (before, place) => ({
    ...before,
    denied: before.denied.filter((each) => each !== key(name)),
    phrases: before.phrases.toSpliced(place!, 0, { words: key(name), masks: [counts] }),
  });
}

/** Two of the words that stand between phrases. */
function groundSome({ turns }: PreviewRecord, pick: number, drawn: DrawnMask): Step | undefined {
  let phrases = 0;
  const places: {
    readonly turn: number;
    readonly part: number;
    readonly start: number;
    readonly end: number;
    readonly before: number;
    readonly words: string;
  }[] = [];
  turns.forEach(({ role, parts }, turn) => {
    parts.forEach((each, part) => {
      if (each.kind === 'phrase') phrases++;
      else if (role === 'gpt' && !each.text.includes("don't"))
        for (const { index, 0: words } of each.text.matchAll(/(?<!\p{L})[a-z]+ [a-z]+(?!\p{L})/gu))
          places.push({ turn, part, start: index, end: index + words.length, before: phrases, words });
    });
  });
  const place = places[pick % places.length];
  if (place === undefined) return undefined;
  const { before, words, ...at } = place;
  return {
    edit: { kind: 'groundWords', words: at, drawn },
    model: (model) => ({
      ...model,
      phrases: model.phrases.toSpliced(before, 0, { words: key(words), masks: [drawn.counts] }),
    }),
  };
}

function moved(model: Model, from: number, to: number): Model {
  const phrases = [...model.phrases];
  phrases.splice(to, 0, ...phrases.splice(from, 1));
  return { ...model, phrases };
}

function mergeOne(model: Model, [height, width]: readonly [number, number]): Step | undefined {
  const phrase = model.phrases.findIndex(({ masks }) => masks.length > 1);
  if (phrase < 0) return undefined;
  return {
    edit: { kind: 'mergeMasks', phrase },
    model: (before) => {
      const bitmap = new Uint8Array(height * width);
      for (const counts of before.phrases[phrase]!.masks) {
        const other = bitmapOf(counts, height, width);
        for (let i = 0; i < bitmap.length; i++) bitmap[i]! |= other[i]!;
      }
      const masks = [encodeCounts(fromBitmap(bitmap, height, width).counts)];
      return { ...before, phrases: before.phrases.with(phrase, { ...before.phrases[phrase]!, masks }) };
    },
  };
}

/** A mask falls into its first pixel and the others. */
function splitOne(model: Model, [height, width]: readonly [number, number], pick: number): Step | undefined {
  const phrase = model.phrases.length === 0 ? -1 : pick % model.phrases.length;
  const { words, masks } = model.phrases[phrase] ?? { words: '', masks: [] };
  if (masks.length !== 1) return undefined;
  const bitmap = bitmapOf(masks[0]!, height, width);
  const first = bitmap.indexOf(1);
  if (bitmap.indexOf(1, first + 1) < 0) return undefined;
  const parts = [bitmap.map((_, i) => Number(i === first)), bitmap.map((on, i) => (i === first ? 0 : on))].map(
    (each): DrawnMask => ({ size: [height, width], counts: encodeCounts(fromBitmap(each, height, width).counts) }),
  );
  const mask = model.phrases.slice(0, phrase).reduce((sum, each) => sum + each.masks.length, 0);
  return {
    edit: { kind: 'splitMask', mask, parts },
    model: (before) => ({
      ...before,
      phrases: before.phrases.toSpliced(phrase, 1, ...parts.map(({ counts }) => ({ words, masks: [counts] }))),
    }),
  };
}

function bitmapOf(counts: string, height: number, width: number): Uint8Array {
  const runs = decodeCounts(counts);
  if (!runs.ok) throw new Error(runs.message);
  return toBitmap({ height, width, counts: runs.value });
}
