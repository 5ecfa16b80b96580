/** What the tools have in common, and what they want painted. */
import type { DrawingPointer, Point } from './contract.ts';

export interface DrawingTool {
  /** Whether something is begun that is no step yet. */
  readonly begun: boolean;
  /** Whether the pointer was meant for the tool. */
  pointer(pointer: DrawingPointer): boolean;
  /** Enter or Space at the keyboard's cursor. */
  act(act: KeyboardAct): void;
  /** The keyboard's cursor moved. */
  follow(act: Omit<KeyboardAct, 'key'>): void;
  /** Delete at the keyboard's cursor; whether the tool has things to remove. */
  remove(at: Point, scale: number): boolean;
  /** Takes the last bit of what is begun back; false where nothing is. */
  takeBack(): boolean;
  /** Does again what was taken back last of what is begun. */
  putBack(): boolean;
  readonly canPutBack: boolean;
  /** Makes a step of what is begun. */
  finish(): void;
  marks(): readonly Mark[];
}

export interface KeyboardAct extends Point {
  readonly key: 'Enter' | 'Space';
  readonly shift: boolean;
  readonly alt: boolean;
  /** CSS pixels a pixel of the photograph. */
  readonly scale: number;
}

/** Something over the mask whose lines are as thick whatever the zoom; places in pixels of the photograph. */
export type Mark =
  | { readonly kind: 'line'; readonly points: readonly Point[]; readonly closed: boolean; readonly dashed: boolean }
  | { readonly kind: 'handle'; readonly at: Point; readonly chosen: boolean }
  | { readonly kind: 'prompt'; readonly at: Point; readonly positive: boolean; readonly awaited: boolean }
  | { readonly kind: 'brush'; readonly at: Point; readonly radius: number; readonly erases: boolean }
  | { readonly kind: 'cursor'; readonly at: Point };

/** CSS pixels within which a point or a line is meant. */
export const HANDLE_REACH = 7;

/** What of a tool has nothing begun that a key could take back, and nothing to remove. */
export const nothingBegun = {
  begun: false,
  canPutBack: false,
  follow: () => undefined,
  remove: () => false,
  takeBack: () => false,
  putBack: () => false,
  finish: () => undefined,
} as const;

export function boxLine(a: Point, b: Point, dashed: boolean): Mark {
  const points = [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];
  return { kind: 'line', points, closed: true, dashed };
}
