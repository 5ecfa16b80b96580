/**
 * The mask in work: taken from the record or begun anew, kept while other records are shown, and let go only when the file has taken
 * it or the user says so.
 */
import type { DrawnMask, ShapeEdit } from '../../core/language/shaping/shapeEdit.ts';
import { readMask } from '../../core/masks/maskValue.ts';
import { maskColor } from '../../core/masks/palette.ts';
import type { RunLengthMask } from '../../core/masks/runLengthMask.ts';
import type { MaskDrawing } from '../drawing/contract.ts';
import type { ShownRecord } from '../protocol.ts';
import type { Size } from '../viewport.ts';
import { phrasesOf } from '../wording.ts';
import type { MaskName, Purpose, RecordPlace } from './purpose.ts';
import type { StoredWork } from './storedWork.ts';

export interface WorkHost {
  /** Resolves with whether the file took the edit; says why where it did not. */
  shape(at: RecordPlace, edit: ShapeEdit): Promise<boolean>;
  /** Asks for the new mask's name; nothing where the user went back to drawing. */
  askName(record: ShownRecord): Promise<MaskName | undefined>;
  problem(sentence: string): void;
  announce(sentence: string): void;
  /** Work began, rests, goes on or ended. */
  changed(): void;
  /** The file took this mask. */
  saved(purpose: Purpose, drawn: DrawnMask, at: RecordPlace): void;
}

export interface Work {
  readonly purpose: Purpose;
  readonly at: RecordPlace;
  readonly size: Size;
  /** What the purpose spoke of when the work began. */
  readonly token: string;
  /** It was begun before the page was loaded anew, and differs from the file since then. */
  readonly restored: boolean;
}

export class MaskWork {
  readonly #drawing: MaskDrawing;
  readonly #host: WorkHost;
  #work: Work | undefined;
  /** Another record is shown, or a draft. */
  #rests = false;
  #saving = false;

  constructor(drawing: MaskDrawing, host: WorkHost) {
    this.#drawing = drawing;
    this.#host = host;
  }

  /** The work, also while it rests. */
  get work(): Work | undefined {
    return this.#work;
  }

  /** The work on what is shown. */
  get inSight(): Work | undefined {
    return this.#rests ? undefined : this.#work;
  }

  get rests(): boolean {
    return this.#rests && this.#work !== undefined;
  }

  /** Takes a mask into work; `start` is what it begins with. Whether it could: an unsaved one is never thrown away. */
  begin(at: RecordPlace, purpose: Purpose, size: Size, start: RunLengthMask | undefined): boolean {
    if (this.isUnsaved) {
      this.#host.problem('A mask is in work already. Save it (F), or let it go (Shift+Esc), first.');
      return false;
    }
    this.#work = { purpose, at, size, token: tokenOf(at.record, purpose), restored: false };
    this.#rests = false;
    if (this.#drawing.tool === 'look') this.#drawing.tool = 'brush';
    this.#drawing.begin(size, start, maskColor(colorOf(at.record, purpose)).hex);
    this.#host.changed();
    this.#host.announce(`${beginning(at.record, purpose)} F saves, Shift+Escape lets go.`);
    return true;
  }

  /** Takes up what was in work before the page was loaded anew; it rests where another record is shown. */
  restore(stored: StoredWork, shown: RecordPlace): void {
    const reading = readMask(stored.drawn);
    if (this.#work !== undefined || !reading.ok) return;
    const { purpose, token, file } = stored;
    const record = { ...emptyRecord, ...stored.record };
    const { file: _, ...elsewhere } = shown.place;
    const place = file === undefined ? elsewhere : { ...elsewhere, file };
    const { width, height } = reading.mask;
    this.#work = { purpose, token, at: { record, place }, size: { width, height }, restored: true };
    if (this.#drawing.tool === 'look') this.#drawing.tool = 'brush';
    this.#drawing.begin({ width, height }, reading.mask, maskColor(colorOf(shown.record, purpose)).hex);
    this.#host.announce('The mask in work was kept: it is not saved yet.');
    this.follow(shown);
  }

  /** What is in work and not saved, to be kept while the page is closed. */
  get stored(): StoredWork | undefined {
    const work = this.#work;
    const drawn = this.isUnsaved ? this.#drawing.result() : undefined;
    if (work === undefined || drawn === undefined) return undefined;
    const { id, index, image } = work.at.record;
    const { file } = work.at.place;
    const kept = { record: { id, index, image }, purpose: work.purpose, token: work.token, drawn };
    return file === undefined ? kept : { ...kept, file };
  }

  get isUnsaved(): boolean {
    return this.#work !== undefined && (this.#work.restored || this.#drawing.state.dirty);
  }

  /** What is shown changed: the work goes on with the record, or rests until it is shown again. */
  follow(shown: RecordPlace | undefined): void {
    const work = this.#work;
    if (work === undefined) return;
    this.#rests = shown === undefined || !isSameRecord(shown, work.at);
    if (shown !== undefined && !this.#rests) this.#work = this.#moved(work, shown);
    this.#host.changed();
  }

  /** The work on the record as it is now. Where what it was for is gone, it is a new mask, and saving asks for its name. */
  #moved(work: Work, at: RecordPlace): Work {
    if (tokenOf(at.record, work.purpose) === work.token) return { ...work, at };
    this.#host.announce('The text changed meanwhile: saving asks what the mask in work shows.');
    return { ...work, at, purpose: { kind: 'new' }, token: '' };
  }

  /** Hands the mask to the file; it stays in work until the file has taken it. */
  async save(): Promise<void> {
    const work = this.#work;
    if (work === undefined || this.#saving) return;
    if (work.restored && this.#rests) {
      // The page was loaded anew and knows that record by name only, which could name one of another file.
      this.#host.problem('Show the record of this mask once more, and save it there.');
      return;
    }
    if (!this.isUnsaved && work.purpose.kind === 'edit') return this.#end('Nothing was changed.');
    const drawn = this.#drawing.result();
    if (drawn === undefined || this.#drawing.state.area === 0) {
      this.#host.problem('The mask is empty, so that it shows nothing. Draw something first, or let the mask go.');
      return;
    }
    this.#saving = true;
    try {
      const edit = await this.#editFor(work.purpose, drawn);
      if (edit === undefined || !(await this.#host.shape(this.#work?.at ?? work.at, edit))) return;
      this.#end('Mask saved.');
      this.#host.saved(work.purpose, drawn, work.at);
    } finally {
      this.#saving = false;
    }
  }

  async #editFor(purpose: Purpose, drawn: DrawnMask): Promise<ShapeEdit | undefined> {
    switch (purpose.kind) {
      case 'edit':
        return { kind: 'setMask', mask: purpose.mask, drawn };
      case 'phrase':
        return { kind: 'groundPhrase', phrase: purpose.phrase, drawn };
      case 'words':
        return { kind: 'groundWords', words: purpose.words, drawn };
      case 'new': {
        const name = await this.#host.askName(this.#work!.at.record);
        if (name === undefined) return undefined;
        return 'phrase' in name
          ? { kind: 'groundPhrase', phrase: name.phrase, drawn }
          : { kind: 'nameMask', name: name.name, drawn };
      }
    }
  }

  /** The parts of the mask in work become masks of their own. */
  async split(): Promise<void> {
    const work = this.#work;
    if (work === undefined || this.#saving) return;
    const parts = this.#drawing.parts();
    if (work.purpose.kind !== 'edit') {
      this.#host.problem('A new mask has no phrase to share out yet. Save it first, then split it.');
    } else if (parts.length < 2) {
      this.#host.problem('The mask is all in one piece: there is nothing to split.');
    } else {
      this.#saving = true;
      try {
        const taken = await this.#host.shape(work.at, { kind: 'splitMask', mask: work.purpose.mask, parts });
        if (taken) this.#end(`Split into ${parts.length} masks.`);
      } finally {
        this.#saving = false;
      }
    }
  }

  cancel(): void {
    if (this.#work !== undefined && !this.#saving) this.#end('The mask was let go; the file is as it was.');
  }

  #end(sentence: string): void {
    this.#drawing.end();
    this.#work = undefined;
    this.#rests = false;
    this.#host.changed();
    this.#host.announce(sentence);
  }
}

/** The same record though its text or its place in the file changed a little. */
export function isSameRecord(a: RecordPlace, b: RecordPlace): boolean {
  if (a.place.file !== b.place.file || a.record.image !== b.record.image) return false;
  return a.record.id === b.record.id || a.record.index === b.record.index;
}

const emptyRecord: ShownRecord = {
  ...{ id: '', index: 0, image: '', errors: 0, warnings: 0 },
  ...{ turns: [], masks: [], negatives: [] },
};

/** What the purpose speaks of in the record: another value means that it is gone or another one. */
function tokenOf(record: ShownRecord, purpose: Purpose): string {
  switch (purpose.kind) {
    case 'new':
      return '';
    case 'edit':
      return record.masks[purpose.mask]?.counts ?? '';
    case 'phrase':
      return textOf(record, purpose.phrase) ?? '';
    case 'words': {
      const { turn, part, start, end } = purpose.words;
      const there = record.turns[turn]?.parts[part];
      return there?.kind === 'text' ? there.text.slice(start, end) : '';
    }
  }
}

function textOf(record: ShownRecord, phrase: number): string | undefined {
  return phrasesOf(record).find((part) => part.phrase === phrase)?.text;
}

function colorOf(record: ShownRecord, purpose: Purpose): number {
  const mask = purpose.kind === 'edit' ? record.masks[purpose.mask] : undefined;
  return mask?.color ?? record.masks.length;
}

function beginning(record: ShownRecord, purpose: Purpose): string {
  switch (purpose.kind) {
    case 'edit':
      return `Mask ${purpose.mask + 1}, ${record.masks[purpose.mask]?.label ?? ''}, is in work.`;
    case 'new':
      return 'A new mask is in work.';
    case 'phrase':
      return `The mask of ${textOf(record, purpose.phrase)?.trim() ?? 'the phrase'} is in work.`;
    case 'words':
      return `The mask of ${purpose.text} is in work.`;
  }
}
