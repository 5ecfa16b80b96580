/** All that changes masks and phrases: the mask editor, the mask in work, the edits without drawing, and what of them is kept. */
import type { ShapeEdit } from '../../core/language/shaping/shapeEdit.ts';
import type { DrawingState, MaskDrawing } from '../drawing/contract.ts';
import { makeDrawing } from '../drawing/drawing.ts';
import type { Answer, FromPreview, ShownPlace, ShownRecord, Tool } from '../protocol.ts';
import type { Target } from '../target.ts';
import { showDrawing } from './drawingView.ts';
import { isSameRecord, MaskWork } from './maskWork.ts';
import type { Menu } from './menu.ts';
import { askName } from './nameForm.ts';
import type { PageView } from './pageView.ts';
import { PhraseWork } from './phraseWork.ts';
import type { Purpose, RecordPlace } from './purpose.ts';
import type { Skeleton } from './skeleton.ts';

export interface EditingHost {
  readonly root: HTMLElement;
  readonly nodes: Skeleton;
  readonly menu: Menu;
  /** Nothing while the page is being built. */
  view(): PageView | undefined;
  /** The file's record that is shown, or would be but for a draft. */
  file(): RecordPlace | undefined;
  /** What may be done to the shown record, or nothing where it is a draft or cannot be changed. */
  editablePlace(): ShownPlace | undefined;
  /** Shows the record in this shape until the extension sends it. */
  replace(record: ShownRecord): void;
  send(message: FromPreview): Promise<Answer>;
  tell(message: FromPreview): void;
  hide(mask: number): void;
  only(mask: number): void;
  announce(sentence: string): void;
  problem(sentence: string | undefined): void;
  /** A mask came into work, or went. */
  inWorkChanged(): void;
}

/** A pause in drawing after which what is drawn is kept. */
const keepAfterMs = 250;

export class Editing {
  readonly drawing: MaskDrawing;
  readonly work: MaskWork;
  readonly phrases: PhraseWork;
  readonly #host: EditingHost;
  #state: DrawingState;
  #score: number | undefined;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  /** The mask that the picture shows in work, -1 for a new one. */
  #shown: number | undefined;
  /** What the name form asked last, so that a refused name can be mended. */
  #lastName = '';

  constructor(host: EditingHost) {
    this.#host = host;
    this.drawing = this.#makeDrawing();
    this.#state = this.drawing.state;
    this.work = this.#makeWork();
    this.phrases = this.#makePhrases();
  }

  dispose(): void {
    clearTimeout(this.#keeping);
  }

  /** The page hands itself out only when it is built. */
  get #view(): PageView {
    return this.#host.view()!;
  }

  #makeDrawing(): MaskDrawing {
    return makeDrawing({
      repaint: () => this.#host.view()?.picture.repaint(),
      changed: (state) => {
        this.#state = state;
        if (!state.waiting && state.tool !== 'points' && state.tool !== 'box') this.#score = undefined;
        this.show();
        this.#keepSoon();
      },
      announce: (sentence) => this.#host.announce(sentence),
      segment: async (points, box) => {
        const answer = await this.#host.send({ type: 'segment', points, ...(box !== undefined && { box }) });
        this.#score = answer.ok ? answer.score : undefined;
        if (!answer.ok) this.#host.problem(answer.message);
        return answer;
      },
    });
  }

  #makeWork(): MaskWork {
    return new MaskWork(this.drawing, {
      shape: (at, edit) => this.#shape(at, edit),
      askName: async (record) => {
        const name = await askName(this.#host.root, 'What does the mask show?', record, this.#lastName);
        if (name !== undefined) this.#lastName = 'name' in name ? name.name : '';
        return name;
      },
      problem: (sentence) => this.#host.problem(sentence),
      announce: (sentence) => this.#host.announce(sentence),
      changed: () => {
        this.show();
        this.#keepSoon();
        this.#host.inWorkChanged();
      },
      saved: (purpose, drawn, at) => {
        this.#lastName = '';
        this.#score = undefined;
        // Until the file's own record comes, the mask that was there must not flash up again.
        const file = this.#host.file();
        if (purpose.kind !== 'edit' || file === undefined || !isSameRecord(at, file)) return;
        const { record } = file;
        const area = this.#state.area;
        const masks = record.masks.map((mask, index) =>
          index === purpose.mask ? { ...mask, size: drawn.size, counts: drawn.counts, area } : mask,
        );
        this.#host.replace({ ...record, masks });
      },
    });
  }

  #makePhrases(): PhraseWork {
    return new PhraseWork({
      root: this.#host.root,
      record: () => this.#view.shown?.record,
      editable: () => this.#host.editablePlace() !== undefined,
      isHidden: (mask) => this.#view.isHidden(mask),
      runsOf: (mask) => this.#view.runsOf(mask),
      shape: (edit) => this.shapeHere(edit),
      draw: (purpose, afresh) => this.draw(purpose, afresh),
      hide: (mask) => this.#host.hide(mask),
      only: (mask) => this.#host.only(mask),
      draft: (phrase) => this.#host.tell({ type: 'requestDraft', phrase }),
      askName: (title, record) => askName(this.#host.root, title, record, ''),
      problem: (sentence) => this.#host.problem(sentence),
    });
  }

  /** Brings tools, bars and picture up to date with what is in work. */
  show(): void {
    // The editor reports its first state while the page is still being built.
    if (this.work === undefined || this.#host.view() === undefined) return;
    const { work } = this.work;
    showDrawing(this.#host.nodes, {
      state: this.#state,
      place: this.#host.editablePlace(),
      work: this.work.inSight,
      waiting: this.work.rests ? work : undefined,
      score: this.#score,
    });
    const shown = this.work.inSight?.purpose;
    const key = shown === undefined ? undefined : shown.kind === 'edit' ? shown.mask : -1;
    if (key === this.#shown) return;
    this.#shown = key;
    this.#view.picture.work = key === undefined ? undefined : { replaces: key === -1 ? undefined : key };
  }

  /** Keeps what is drawn beyond the page's end: between strokes, for it costs a few milliseconds. */
  #keepSoon(): void {
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => this.keep(), keepAfterMs);
  }

  keep(): void {
    clearTimeout(this.#keeping);
    // Before the first record is shown what was kept has not been taken up again.
    if (this.#host.file() !== undefined) this.#view.storedWork = this.work.stored;
  }

  async #shape({ record, place }: RecordPlace, edit: ShapeEdit): Promise<boolean> {
    this.#host.problem(undefined);
    const answer = await this.#host.send({ type: 'shape', record: record.index, version: place.version, edit });
    if (!answer.ok) this.#host.problem(answer.message);
    return answer.ok;
  }

  /** An edit of the shown record. With a mask in work it waits: the edit could move what the mask is for. */
  async shapeHere(edit: ShapeEdit): Promise<boolean> {
    const file = this.#host.file();
    if (this.#host.editablePlace() === undefined || file === undefined) return false;
    if (this.work.inSight === undefined) return this.#shape(file, edit);
    this.#host.problem('A mask is in work. Save it (F), or let it go (Shift+Esc), before you change the phrases.');
    return false;
  }

  draw(purpose: Purpose, afresh: boolean): void {
    const { size } = this.#view;
    const file = this.#host.file();
    if (file === undefined || this.#host.editablePlace() === undefined || size === undefined) {
      this.#host.problem(
        'Masks cannot be drawn here: the record is a draft or a comparison, or its file is read-only.',
      );
      return;
    }
    const start = afresh || purpose.kind !== 'edit' ? undefined : this.#view.runsOf(purpose.mask);
    if (start !== undefined && (start.width !== size.width || start.height !== size.height)) {
      this.#host.problem('This mask is of another size than the photograph. Choose “Draw again” in its menu.');
      return;
    }
    if (!this.work.begin(file, purpose, size, start)) return;
    if (purpose.kind === 'edit') this.#view.light(this.#view.targetOfMask(purpose.mask), purpose.mask);
    this.#host.nodes.canvas.focus({ preventScroll: true });
  }

  editTarget(target: Target | undefined, mask: number | undefined): void {
    const own = mask ?? [...this.#view.masksOf(target)][0];
    if (own !== undefined) this.draw({ kind: 'edit', mask: own }, false);
    else if (target !== undefined && 'phrase' in target) this.draw({ kind: 'phrase', phrase: target.phrase }, true);
  }

  /** A drawing tool takes the chosen mask into work, or a new one. */
  chooseTool(tool: Tool): void {
    const place = this.#host.editablePlace();
    if ((tool === 'points' || tool === 'box') && place !== undefined && place.prompts !== true)
      this.#host.announce(place.prompts);
    if (this.work.inSight !== undefined) this.drawing.act(`tool.${tool}`);
    else if (tool !== 'look') {
      this.drawing.tool = tool;
      const { active, activeMask } = this.#view;
      if (active === undefined) this.draw({ kind: 'new' }, true);
      else this.editTarget(active, activeMask);
    }
    this.show();
  }

  undo(way: 'undo' | 'redo'): void {
    const { canUndo, canRedo } = this.#state;
    const own = this.work.inSight !== undefined && (way === 'undo' ? canUndo : canRedo);
    if (own) {
      // It was said of another answer than the one that is seen now.
      this.#score = undefined;
      this.drawing.act(`mask.${way}`);
    } else this.#host.tell({ type: way });
  }

  openSubtract(): void {
    const work = this.work.inSight;
    if (work === undefined) return;
    const own = work.purpose.kind === 'edit' ? work.purpose.mask : undefined;
    const entries = work.at.record.masks.flatMap((mask, index) => {
      const runs = index === own ? undefined : this.#view.runsOf(index);
      if (runs === undefined) return [];
      return [{ label: `${index + 1}  ${mask.label}`, run: () => this.drawing.subtract(runs) }];
    });
    const { left, bottom } = this.#host.nodes.drawing.work.getBoundingClientRect();
    if (entries.length === 0) this.#host.announce('The record has no other mask that could be subtracted.');
    else this.#host.menu.open('Subtract which mask', entries, { x: left, y: bottom }, this.#host.nodes.canvas);
  }
}
