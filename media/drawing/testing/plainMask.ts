/** What the mask editor should do, said pixel by pixel: a model to compare it with, slow and plain. */
import { encodeCounts, fromBitmap } from '../../../core/masks/runLengthMask.ts';
import type { Point } from '../contract.ts';

type Pixels = Uint8Array;

export class PlainMask {
  readonly #width: number;
  readonly #height: number;
  #pixels: Pixels;
  #done: Pixels[] = [];
  #undone: Pixels[] = [];

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#pixels = new Uint8Array(width * height);
  }

  get counts(): string {
    return encodeCounts(fromBitmap(this.#pixels, this.#height, this.#width).counts);
  }

  get area(): number {
    return this.#pixels.reduce((sum, pixel) => sum + pixel, 0);
  }

  undo(): boolean {
    const before = this.#done.pop();
    if (before === undefined) return false;
    this.#undone.push(this.#pixels);
    this.#pixels = before;
    return true;
  }

  redo(): boolean {
    const after = this.#undone.pop();
    if (after === undefined) return false;
    this.#done.push(this.#pixels);
    this.#pixels = after;
    return true;
  }

  stroke(places: readonly Point[], radius: number, value: 0 | 1): void {
    this.#paint(value, (x, y) =>
      places.some((to, i) => distance(x + 0.5, y + 0.5, places[Math.max(0, i - 1)]!, to) <= radius),
    );
  }

  rectangle(left: number, top: number, right: number, bottom: number, value: 0 | 1): void {
    this.#paint(value, (x, y) => x >= left && x < right && y >= top && y < bottom);
  }

  ring(points: readonly Point[], value: 0 | 1): void {
    this.#paint(value, (x, y) => isInside(points, x + 0.5, y + 0.5));
  }

  /** Fills the enclosed background at a place, or takes the part of the mask there away. */
  fill(x: number, y: number, removes: boolean): void {
    if ((this.#pixels[y * this.#width + x] === 1) !== removes) return;
    const region = this.#flood(x, y, removes);
    const outside = this.#borderRegions();
    if (!removes && outside.length === 1 && region.some((pixel) => outside[0]!.has(pixel))) return;
    const next = this.#pixels.slice();
    for (const pixel of region) next[pixel] = removes ? 0 : 1;
    this.#step(next);
  }

  invert(): void {
    this.#step(this.#pixels.map((pixel) => 1 - pixel));
  }

  /** Every pixel of the given value spreads to the pixels at most `by` away. */
  spread(by: number, value: 0 | 1): void {
    const at = this.#pixels.slice();
    this.#paint(value, (x, y) => {
      for (let dy = -by; dy <= by; dy++) {
        for (let dx = -by; dx <= by; dx++) {
          if (dx * dx + dy * dy > by * by || !this.#holds(x + dx, y + dy)) continue;
          if (at[(y + dy) * this.#width + x + dx] === value) return true;
        }
      }
      return false;
    });
  }

  fillHoles(): void {
    const open = new Set(this.#borderRegions().flatMap((region) => [...region]));
    this.#step(this.#pixels.map((_, pixel) => (open.has(pixel) ? 0 : 1)));
  }

  /** The regions of background with a pixel at the border. */
  #borderRegions(): Set<number>[] {
    const regions: Set<number>[] = [];
    for (let y = 0; y < this.#height; y++) {
      for (let x = 0; x < this.#width; x++) {
        const atBorder = x === 0 || y === 0 || x === this.#width - 1 || y === this.#height - 1;
        const pixel = y * this.#width + x;
        if (!atBorder || this.#pixels[pixel] === 1 || regions.some((region) => region.has(pixel))) continue;
        regions.push(new Set(this.#flood(x, y, false)));
      }
    }
    return regions;
  }

  #flood(startX: number, startY: number, foreground: boolean): number[] {
    const value = foreground ? 1 : 0;
    const seen = new Set<number>();
    const waiting: [number, number][] = [[startX, startY]];
    while (waiting.length > 0) {
      const [x, y] = waiting.pop()!;
      const pixel = y * this.#width + x;
      if (!this.#holds(x, y) || this.#pixels[pixel] !== value || seen.has(pixel)) continue;
      seen.add(pixel);
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) if (foreground || dx === 0 || dy === 0) waiting.push([x + dx, y + dy]);
      }
    }
    return [...seen];
  }

  #holds(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x < this.#width && y < this.#height;
  }

  #paint(value: 0 | 1, where: (x: number, y: number) => boolean): void {
    this.#step(this.#pixels.map((pixel, i) => (where(i % this.#width, Math.floor(i / this.#width)) ? value : pixel)));
  }

  #step(next: Pixels): void {
    if (next.every((pixel, i) => pixel === this.#pixels[i])) return;
    this.#done.push(this.#pixels);
    this.#undone = [];
    this.#pixels = next;
  }
}

function distance(x: number, y: number, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / squared));
  return Math.hypot(x - a.x - along * dx, y - a.y - along * dy);
}

function isInside(points: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  for (const [i, a] of points.entries()) {
    const b = points[(i + 1) % points.length]!;
    if (a.x > x !== b.x > x && y > a.y + ((x - a.x) / (b.x - a.x)) * (b.y - a.y)) inside = !inside;
  }
  return inside;
}
