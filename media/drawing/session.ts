/** A mask in work and the tools for it, from `begin` to `end`. */
import type { Tool } from '../protocol.ts';
import { BrushTool } from './brushTool.ts';
import type { DrawingTool } from './drawingTool.ts';
import { makeFillTool } from './fillTool.ts';
import { KeyboardCursor } from './keyboardCursor.ts';
import { PolygonTool } from './polygonTool.ts';
import type { Prompting } from './prompting.ts';
import { BoxTool, makePointsTool } from './promptTools.ts';
import type { Work } from './work.ts';

export interface Session {
  readonly work: Work;
  /** `look` has none. */
  readonly tools: Readonly<Partial<Record<Tool, DrawingTool>>>;
  readonly polygon: PolygonTool;
  readonly cursor: KeyboardCursor;
}

export function openSession(work: Work, prompting: Prompting, radius: () => number): Session {
  const polygon = new PolygonTool(work);
  const tools = {
    points: makePointsTool(work, prompting),
    box: new BoxTool(work, prompting),
    polygon,
    brush: new BrushTool(work, false, radius),
    eraser: new BrushTool(work, true, radius),
    fill: makeFillTool(work),
  };
  return { work, polygon, tools, cursor: new KeyboardCursor(work.size) };
}
