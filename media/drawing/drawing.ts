import type { DrawnMask } from '../../core/language/shaping/shapeEdit.ts';
import { toCompressed } from '../../core/masks/maskValue.ts';
import { difference } from '../../core/masks/morphology.ts';
import { connectedParts, regionsOf } from '../../core/masks/regions.ts';
import { area, type RunLengthMask, union } from '../../core/masks/runLengthMask.ts';
import { type PageAction, TOOLS, type Tool } from '../protocol.ts';
import type { Size } from '../viewport.ts';
import type {
  DrawingFrame,
  DrawingHost,
  DrawingKey,
  DrawingPointer,
  DrawingState,
  MaskDrawing,
  Point,
} from './contract.ts';
import type { DrawingTool, Mark } from './drawingTool.ts';
import { operationOf } from './operations.ts';
import { paintMarks } from './paintMarks.ts';
import { MaskPainter } from './paintMask.ts';
import { Prompting } from './prompting.ts';
import { placePoint } from './promptTools.ts';
import { openSession, type Session } from './session.ts';
import { counted, pixels } from './wording.ts';
import { Work } from './work.ts';

/** The mask editor. Nothing of it touches the page: it is told of pointers and keys, and paints when it is asked to. */
export function makeDrawing(host: DrawingHost): MaskDrawing {
  return new Drawing(host);
}

const [SMALLEST_BRUSH, LARGEST_BRUSH] = [0.5, 500];

/** What a key makes a brush larger or smaller by. */
const BRUSH_FACTOR = 1.2;

class Drawing implements MaskDrawing {
  readonly #host: DrawingHost;
  readonly #prompting: Prompting;
  readonly #painter = new MaskPainter();
  #tool: Tool = 'look';
  #radius = 12;
  /** CSS pixels a pixel of the photograph, when it was last painted or pointed at. */
  #scale = 1;
  #session: Session | undefined;
  #parts: { readonly mask: RunLengthMask; readonly count: number } | undefined;

  constructor(host: DrawingHost) {
    this.#host = host;
    this.#prompting = new Prompting(host, () => this.#changed());
  }

  get state(): DrawingState {
    const session = this.#session;
    const common = { tool: this.#tool, brushRadius: this.#radius, problem: this.#prompting.problem };
    if (session === undefined) {
      return {
        ...common,
        dirty: false,
        open: false,
        canUndo: false,
        canRedo: false,
        area: 0,
        parts: 0,
        waiting: false,
      };
    }
    const { work } = session;
    const { prompts } = work.current;
    const mask = this.#resultOf(session);
    const begun = this.#begun(session);
    const countParts = (): number => this.#countParts(mask);
    return {
      ...common,
      open: true,
      dirty: work.dirty || begun,
      canUndo: work.history.canUndo || begun,
      canRedo: this.#chosen(session)?.canPutBack === true || (work.history.canRedo && !begun),
      // Counted when they are asked for: on a frayed mask that is what costs most of all this.
      get area() {
        return area(mask);
      },
      get parts() {
        return countParts();
      },
      waiting: prompts?.answer === 'awaited',
    };
  }

  get tool(): Tool {
    return this.#tool;
  }

  set tool(tool: Tool) {
    const session = this.#session;
    if (session !== undefined) {
      this.#chosen(session)?.finish();
      if (tool === this.#tool && (tool === 'points' || tool === 'box')) this.#beginPrompts(session.work);
    }
    this.#tool = tool;
    // A brush shows its size where the pointer is, before that moves.
    const at = session?.cursor.known;
    if (session !== undefined && at !== undefined) {
      this.#chosen(session)?.follow({ ...at, shift: false, alt: false, scale: this.#scale });
    }
    this.#changed();
    this.#host.repaint();
  }

  get brushRadius(): number {
    return this.#radius;
  }

  set brushRadius(radius: number) {
    if (Number.isNaN(radius)) return;
    this.#radius = Math.min(LARGEST_BRUSH, Math.max(SMALLEST_BRUSH, radius));
    this.#changed();
    this.#host.repaint();
  }

  get cursor(): Point | undefined {
    return this.#session?.cursor.place;
  }

  begin(size: Size, start: RunLengthMask | undefined, colour: string): void {
    this.#prompting.forget();
    const events = {
      repaint: () => this.#host.repaint(),
      changed: () => this.#changed(),
      announce: (sentence: string) => this.#host.announce(sentence),
    };
    const work = new Work(size, start, colour, events);
    this.#session = openSession(work, this.#prompting, () => this.#radius);
    this.#changed();
    this.#host.repaint();
  }

  end(): void {
    if (this.#session === undefined) return;
    this.#session = undefined;
    this.#prompting.forget();
    this.#painter.forget();
    this.#changed();
    this.#host.repaint();
  }

  result(): DrawnMask | undefined {
    const mask = this.#result();
    return mask && toCompressed(mask);
  }

  parts(): readonly DrawnMask[] {
    const mask = this.#result();
    return mask === undefined ? [] : connectedParts(mask).map(toCompressed);
  }

  subtract(mask: RunLengthMask): void {
    this.#withOther(mask, difference, 'Taken away');
  }

  add(mask: RunLengthMask): void {
    this.#withOther(mask, (own, other) => union([own, other]), 'Added');
  }

  act(action: PageAction, { coarse = false }: { readonly coarse?: boolean } = {}): boolean {
    const tool = TOOLS.find((name) => action === `tool.${name}`);
    if (tool !== undefined) this.tool = tool;
    else if (action === 'brush.larger') this.#resizeBrush(BRUSH_FACTOR);
    else if (action === 'brush.smaller') this.#resizeBrush(1 / BRUSH_FACTOR);
    else if (this.#session === undefined) return false;
    else return this.#actOnMask(this.#session, action, coarse);
    return true;
  }

  pointer(pointer: DrawingPointer): boolean {
    const session = this.#session;
    const tool = session && this.#chosen(session);
    if (session === undefined || tool === undefined) return false;
    this.#scale = pointer.scale;
    session.cursor.byPointer(pointer);
    if (pointer.kind === 'down') this.#prompting.clearProblem();
    return tool.pointer(pointer);
  }

  key(event: DrawingKey): boolean {
    const session = this.#session;
    const tool = session && this.#chosen(session);
    if (session === undefined || tool === undefined || event.ctrlKey || event.metaKey) return false;
    const { cursor } = session;
    const { shiftKey: shift, altKey: alt } = event;
    if (cursor.move(event)) {
      tool.follow({ ...cursor.at, shift, alt, scale: this.#scale });
      this.#changed();
      this.#host.repaint();
      return true;
    }
    if (event.key === 'Escape') return !shift && tool.takeBack();
    if (event.key === 'Delete') return tool.remove(cursor.at, this.#scale);
    if (event.key !== 'Enter' && event.key !== ' ') return false;
    cursor.show();
    this.#prompting.clearProblem();
    tool.act({ ...cursor.at, shift, alt, scale: this.#scale, key: event.key === 'Enter' ? 'Enter' : 'Space' });
    this.#host.repaint();
    return true;
  }

  paint(frame: DrawingFrame): void {
    const session = this.#session;
    if (session === undefined) return;
    this.#scale = frame.placement.scale;
    const { work, cursor } = session;
    this.#painter.paint(frame, work.shown.mask, work.colour);
    const marks: Mark[] = [...(this.#chosen(session)?.marks() ?? [])];
    if (cursor.place !== undefined) marks.push({ kind: 'cursor', at: cursor.place });
    paintMarks(frame, marks, work.colour);
  }

  #actOnMask(session: Session, action: PageAction, coarse: boolean): boolean {
    const { work, cursor } = session;
    if (action === 'mask.undo') return this.#undo(session);
    if (action === 'mask.redo') return this.#redo(session);
    if (action === 'point.positive' || action === 'point.negative') {
      this.#finish();
      cursor.show();
      placePoint(work, this.#prompting, cursor.at, action === 'point.positive', false);
      return true;
    }
    const operation = operationOf(action);
    if (operation === undefined) return false;
    this.#finish();
    const { mask, said } = operation(work.current.mask, coarse);
    this.#step(work, mask, said);
    return true;
  }

  /** What is begun is taken back first. */
  #undo(session: Session): boolean {
    this.#prompting.clearProblem();
    if (this.#chosen(session)?.takeBack() === true) return true;
    if (!session.work.undo()) return false;
    this.#prompting.follow(session.work);
    this.#host.announce(`Undone: ${pixels(session.work.current.mask)}.`);
    return true;
  }

  #redo(session: Session): boolean {
    this.#prompting.clearProblem();
    const tool = this.#chosen(session);
    if (tool?.putBack() === true) return true;
    if (tool?.begun === true || !session.work.redo()) return false;
    this.#prompting.follow(session.work);
    this.#host.announce(`Redone: ${pixels(session.work.current.mask)}.`);
    return true;
  }

  #withOther(
    other: RunLengthMask,
    combine: (own: RunLengthMask, other: RunLengthMask) => RunLengthMask,
    done: string,
  ): void {
    const work = this.#session?.work;
    if (work === undefined) return;
    this.#finish();
    const mask = combine(work.current.mask, work.fitted(other));
    this.#step(work, mask, `${done}: ${pixels(mask)}.`);
  }

  #step(work: Work, mask: RunLengthMask, said: string): void {
    this.#prompting.clearProblem();
    work.commitMask(mask);
    this.#host.announce(said);
  }

  #result(): RunLengthMask | undefined {
    return this.#session && this.#resultOf(this.#session);
  }

  /** The mask as it is saved, with what is begun. */
  #resultOf({ work, polygon }: Session): RunLengthMask {
    const { mask } = work.shown;
    return this.#tool === 'polygon' ? polygon.closed(mask) : mask;
  }

  #finish(): void {
    const session = this.#session;
    if (session !== undefined) this.#chosen(session)?.finish();
  }

  /** What the model drew so far stays, and the next point is a first one. */
  #beginPrompts(work: Work): void {
    if (work.current.prompts === undefined) return;
    work.forgetPrompts();
    this.#prompting.forget();
    this.#host.announce('New points: what the model masked so far stays.');
  }

  #resizeBrush(factor: number): void {
    const next = this.#radius * factor;
    // Half pixels, and never the same size again.
    const half = factor > 1 ? Math.ceil(2 * next) / 2 : Math.floor(2 * next) / 2;
    this.brushRadius = half;
    this.#host.announce(`Brush of ${counted(Math.round(2 * this.#radius), 'pixel')}.`);
  }

  #chosen({ tools }: Session): DrawingTool | undefined {
    return tools[this.#tool];
  }

  #begun(session: Session): boolean {
    return this.#chosen(session)?.begun === true;
  }

  #countParts(mask: RunLengthMask): number {
    if (this.#parts?.mask !== mask) this.#parts = { mask, count: regionsOf(mask, 1).areas.length };
    return this.#parts.count;
  }

  #changed(): void {
    this.#host.changed(this.state);
  }
}
