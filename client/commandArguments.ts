/** What a command was called with: code lenses and pages give an address and a position, the editor's own menus other things. */
import type { Position } from '../core/records/position.ts';

/** The position, or `undefined` for anything else, such as the group that the editor's title menu names. */
export function placeOf(given: unknown): Position | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { line, character } = given as Partial<Record<keyof Position, unknown>>;
  return typeof line === 'number' && typeof character === 'number' ? { line, character } : undefined;
}

/** The text, or `undefined` for anything else. */
export function textOf(given: unknown): string | undefined {
  return typeof given === 'string' ? given : undefined;
}
