/** Polygons: rings drawn point by point, and the points of the mask's contours to move, add and remove. */
import type { RunLengthMask } from '../../core/masks/runLengthMask.ts';
import type { DrawingPointer, Point } from './contract.ts';
import { type DrawingTool, HANDLE_REACH, type KeyboardAct, type Mark } from './drawingTool.ts';
import {
  lineNear,
  maskOfPolygon,
  type Polygon,
  polygonOf,
  type VertexPlace,
  vertexNear,
  withoutVertex,
  withRing,
  withRingMask,
  withVertexAt,
  withVertexBehind,
} from './polygon.ts';
import { type Snapshot, sameMask } from './snapshot.ts';
import { counted, pixels } from './wording.ts';
import type { Work } from './work.ts';

/** A ring that is being drawn. */
interface OpenRing {
  readonly points: readonly Point[];
  readonly adds: boolean;
  /** Points that were taken back, the last one first. */
  readonly takenBack: readonly Point[];
}

/** A point on its way. */
interface Carried {
  readonly polygon: Polygon;
  readonly place: VertexPlace;
  readonly by: 'pointer' | 'keyboard';
  moved: boolean;
}

/** CSS pixels that a contour may be off its simplified line, which is what its points are for. */
const TOLERANCE = 2;

export class PolygonTool implements DrawingTool {
  readonly #work: Work;
  #open: OpenRing | undefined;
  #carried: Carried | undefined;
  #pointer: Point | undefined;
  /** CSS pixels a pixel of the photograph. */
  #scale = 1;
  /** The contours of a mask that has no polygon yet. */
  #contours: { readonly mask: RunLengthMask; readonly polygon: Polygon } | undefined;

  constructor(work: Work) {
    this.#work = work;
  }

  get begun(): boolean {
    return this.#open !== undefined || this.#carried !== undefined;
  }

  get canPutBack(): boolean {
    return (this.#open?.takenBack.length ?? 0) > 0;
  }

  pointer(pointer: DrawingPointer): boolean {
    this.#scale = pointer.scale;
    this.#pointer = { x: pointer.x, y: pointer.y };
    if (pointer.kind === 'down') {
      if (pointer.button === 2) this.#removeByPointer();
      else if (pointer.button === 0) this.#press(this.#pointer, pointer.alt, 'pointer');
      else return false;
    } else if (this.#carried?.by === 'pointer') {
      if (pointer.kind === 'move') this.#carry(this.#pointer);
      else if (pointer.kind === 'up') this.finish();
      else this.takeBack();
    }
    this.#work.repaint();
    return true;
  }

  act(act: KeyboardAct): void {
    this.#scale = act.scale;
    this.#pointer = { x: act.x, y: act.y };
    if (this.#carried !== undefined) this.finish();
    else if (act.key === 'Enter' && this.#open !== undefined && this.#open.points.length >= 3) this.#close();
    else this.#press(this.#pointer, act.alt, 'keyboard');
  }

  follow(act: Omit<KeyboardAct, 'key'>): void {
    this.#scale = act.scale;
    this.#pointer = { x: act.x, y: act.y };
    if (this.#carried?.by === 'keyboard') this.#carry(this.#pointer);
  }

  remove(at: Point, scale: number): boolean {
    this.#scale = scale;
    if (this.#open !== undefined) return this.#removeFromOpen(at) || this.takeBack();
    const polygon = this.#polygon();
    const place = vertexNear(polygon, at, this.#reach());
    if (place === undefined) {
      this.#work.announce('No point is removed: none is here.');
      return true;
    }
    this.#carried = undefined;
    this.#step(withoutVertex(polygon, place));
    this.#work.announce(`Point removed: ${pixels(this.#work.current.mask)}.`);
    return true;
  }

  takeBack(): boolean {
    if (this.#carried !== undefined) {
      this.#carried = undefined;
      this.#work.show(undefined);
      this.#work.changed();
      return true;
    }
    if (this.#open === undefined) return false;
    const { points, adds, takenBack } = this.#open;
    const rest = points.slice(0, -1);
    this.#open = rest.length === 0 ? undefined : { points: rest, adds, takenBack: [...takenBack, points.at(-1)!] };
    this.#work.changed();
    this.#work.announce(rest.length === 0 ? 'Polygon dropped.' : `${counted(rest.length, 'point')} left.`);
    return true;
  }

  putBack(): boolean {
    const last = this.#open?.takenBack.at(-1);
    if (this.#open === undefined || last === undefined) return false;
    const { points, adds, takenBack } = this.#open;
    this.#open = { points: [...points, last], adds, takenBack: takenBack.slice(0, -1) };
    this.#work.changed();
    return true;
  }

  finish(): void {
    if (this.#carried !== undefined) this.#drop(this.#carried);
    if (this.#open === undefined) return;
    if (this.#open.points.length >= 3) this.#close();
    else {
      this.#open = undefined;
      this.#work.changed();
    }
  }

  /** A point that was not moved stays where it was, and one that was to come into a line does not come. */
  #drop({ moved }: Carried): void {
    const { polygon } = this.#work.shown;
    this.#carried = undefined;
    if (moved && polygon !== undefined) {
      this.#step(polygon);
      this.#work.announce(`Point moved: ${pixels(this.#work.current.mask)}.`);
      return;
    }
    if (moved) this.#work.announce('The point was not moved: the mask changed meanwhile. Move it again.');
    this.#work.changed();
  }

  /** The mask with the ring that is being drawn, as if it were closed now. */
  closed(mask: RunLengthMask): RunLengthMask {
    if (this.#open === undefined || this.#open.points.length < 3) return mask;
    return withRingMask(mask, { vertices: this.#open.points, adds: this.#open.adds });
  }

  marks(): readonly Mark[] {
    if (this.#open !== undefined) return this.#openMarks(this.#open);
    const carried = this.#carried?.moved === false ? this.#carried.polygon : this.#work.shown.polygon;
    const polygon = carried ?? this.#polygon();
    const chosen = this.#carried?.place ?? (this.#pointer && vertexNear(polygon, this.#pointer, this.#reach()));
    const marks: Mark[] = [];
    for (const [ring, { vertices }] of polygon.rings.entries()) {
      if (vertices.length === 0) continue;
      marks.push({ kind: 'line', points: vertices, closed: true, dashed: false });
      for (const [vertex, at] of vertices.entries()) {
        marks.push({ kind: 'handle', at, chosen: chosen?.ring === ring && chosen.vertex === vertex });
      }
    }
    return marks;
  }

  #openMarks({ points }: OpenRing): Mark[] {
    const line = this.#pointer === undefined ? points : [...points, this.#pointer];
    const closing = this.#pointer !== undefined && this.#closes(this.#pointer);
    return [
      { kind: 'line', points: line, closed: false, dashed: false },
      ...points.map((at, i): Mark => ({ kind: 'handle', at, chosen: closing && i === 0 })),
    ];
  }

  #press(at: Point, alt: boolean, by: Carried['by']): void {
    if (this.#open !== undefined) {
      this.#addToOpen(this.#open, at);
      return;
    }
    const polygon = this.#polygon();
    const place = vertexNear(polygon, at, this.#reach());
    const line = place === undefined ? lineNear(polygon, at, this.#reach()) : undefined;
    if (place !== undefined) this.#carried = { polygon, place, by, moved: false };
    else if (line !== undefined) {
      const place = { ring: line.ring, vertex: line.vertex + 1 };
      this.#carried = { polygon: withVertexBehind(polygon, line, at), place, by, moved: false };
    } else {
      this.#open = { points: [{ x: at.x, y: at.y }], adds: !alt, takenBack: [] };
      this.#work.announce(alt ? 'Polygon to cut out begun, 1 point.' : 'Polygon begun, 1 point.');
    }
    if (this.#carried?.by === 'keyboard')
      this.#work.announce('Point picked up: the arrow keys move it, Enter drops it.');
    this.#work.changed();
  }

  #addToOpen(open: OpenRing, at: Point): void {
    if (this.#closes(at)) {
      this.#close();
      return;
    }
    const last = open.points.at(-1)!;
    if (last.x === at.x && last.y === at.y) return;
    this.#open = { points: [...open.points, { x: at.x, y: at.y }], adds: open.adds, takenBack: [] };
    this.#work.announce(counted(open.points.length + 1, 'point'));
    this.#work.changed();
  }

  /** A second click at the last point, as in a double click, or one at the first. */
  #closes(at: Point): boolean {
    const points = this.#open?.points ?? [];
    if (points.length < 3) return false;
    return [points[0]!, points.at(-1)!].some(({ x, y }) => Math.hypot(x - at.x, y - at.y) <= this.#reach());
  }

  #close(): void {
    const ring = { vertices: this.#open!.points, adds: this.#open!.adds };
    const { mask } = this.#work.current;
    const polygon = withRing(this.#polygon(), ring);
    const changed = withRingMask(mask, ring);
    this.#open = undefined;
    if (sameMask(mask, changed)) {
      this.#work.changed();
      this.#work.announce('Polygon dropped: it encloses nothing that would change.');
      return;
    }
    this.#work.commit({ mask: changed, polygon, prompts: undefined });
    this.#work.announce(`Polygon closed: ${pixels(changed)}.`);
  }

  #carry(to: Point): void {
    const { polygon, place } = this.#carried!;
    this.#carried!.moved = true;
    this.#work.show(() => this.#snapshot(withVertexAt(polygon, place, to)));
  }

  #removeByPointer(): void {
    if (this.#pointer !== undefined) this.remove(this.#pointer, this.#scale);
  }

  #removeFromOpen(at: Point): boolean {
    const { points, adds } = this.#open!;
    const near = points.findIndex(({ x, y }) => Math.hypot(x - at.x, y - at.y) <= this.#reach());
    if (near < 0) return false;
    const rest = points.toSpliced(near, 1);
    this.#open = rest.length === 0 ? undefined : { points: rest, adds, takenBack: [] };
    this.#work.changed();
    return true;
  }

  #step(polygon: Polygon): void {
    this.#work.commit(this.#snapshot(polygon));
  }

  #snapshot(polygon: Polygon): Snapshot {
    const { height, width } = this.#work.size;
    return { mask: maskOfPolygon(polygon, height, width), polygon, prompts: undefined };
  }

  /** The rings of the last step's mask; made from its contours where it was drawn in another way. */
  #polygon(): Polygon {
    const { mask, polygon } = this.#work.current;
    if (polygon !== undefined) return polygon;
    if (this.#contours?.mask !== mask) {
      this.#contours = { mask, polygon: polygonOf(mask, Math.max(1, TOLERANCE / this.#scale)) };
    }
    return this.#contours.polygon;
  }

  #reach(): number {
    return HANDLE_REACH / this.#scale;
  }
}
