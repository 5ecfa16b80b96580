/** A mask editor without a page: pointers and keys by short calls, and what it said, kept. */
import { readMask } from '../../../core/masks/maskValue.ts';
import { fromBitmap, type RunLengthMask } from '../../../core/masks/runLengthMask.ts';
import { drawnRows } from '../../../core/testing/maskArbitraries.ts';
import type { Answer, Tool } from '../../protocol.ts';
import type { DrawingPointer, DrawingState, MaskDrawing, Point } from '../contract.ts';
import { makeDrawing } from '../drawing.ts';

export interface AskedPrompts {
  readonly points: readonly (Point & { readonly positive: boolean })[];
  readonly box: readonly [number, number, number, number] | undefined;
  /** Lets the model answer, and what comes of it happen. */
  answer(answer: Answer): Promise<void>;
  fail(): Promise<void>;
}

export interface DrawingDesk {
  readonly drawing: MaskDrawing;
  readonly said: string[];
  readonly states: DrawingState[];
  readonly asked: AskedPrompts[];
  begin(rows: readonly string[]): void;
  use(tool: Tool): void;
  /** Presses at the first place, moves through the others, lets go at the last. */
  drag(places: readonly (readonly [x: number, y: number])[], how?: Partial<DrawingPointer>): void;
  click(x: number, y: number, how?: Partial<DrawingPointer>): void;
  send(kind: DrawingPointer['kind'], x: number, y: number, how?: Partial<DrawingPointer>): boolean;
  /** `Shift+ArrowLeft`, `Alt+Enter`. */
  press(...keys: readonly string[]): boolean[];
  /** The result as rows of `#` and `.`. */
  rows(): string[];
  result(): RunLengthMask;
}

export function openDesk(): DrawingDesk {
  const said: string[] = [];
  const states: DrawingState[] = [];
  const asked: AskedPrompts[] = [];
  const settle = () => new Promise<void>((done) => setTimeout(done));
  const drawing = makeDrawing({
    repaint: () => undefined,
    changed: (state) => states.push(state),
    announce: (sentence) => said.push(sentence),
    segment: (points, box) =>
      new Promise((resolve, reject) => {
        asked.push({
          points,
          box,
          answer: (answer) => {
            resolve(answer);
            return settle();
          },
          fail: () => {
            reject(new Error('The worker ended.'));
            return settle();
          },
        });
      }),
  });
  const send: DrawingDesk['send'] = (kind, x, y, how = {}) =>
    drawing.pointer({ kind, x, y, button: 0, shift: false, alt: false, scale: 8, ...how });
  const result = (): RunLengthMask => {
    const reading = readMask(drawing.result());
    if (!reading.ok) throw new Error(reading.message);
    return reading.mask;
  };
  const desk: DrawingDesk = {
    drawing,
    said,
    states,
    asked,
    send,
    result,
    begin: (rows) => drawing.begin({ width: rows[0]!.length, height: rows.length }, maskOfRows(rows), '#003cfc'),
    use: (tool) => {
      drawing.tool = tool;
    },
    drag: (places, how) => {
      send('down', ...places[0]!, how);
      for (const place of places.slice(1)) send('move', ...place, how);
      send('up', ...places.at(-1)!, how);
    },
    click: (x, y, how) => desk.drag([[x, y]], how),
    press: (...keys) =>
      keys.map((name) => {
        const parts = name.split('+');
        const key = parts.at(-1)!;
        return drawing.key({
          key: key === 'Space' ? ' ' : key,
          shiftKey: parts.includes('Shift'),
          altKey: parts.includes('Alt'),
          ctrlKey: parts.includes('Control'),
          metaKey: false,
        });
      }),
    rows: () => drawnRows(result()),
  };
  return desk;
}

/** The mask of rows of `#` and `.`. */
export function maskOfRows(rows: readonly string[]): RunLengthMask {
  const bytes = Uint8Array.from([...rows.join('')], (sign) => (sign === '#' ? 1 : 0));
  return fromBitmap(bytes, rows.length, rows[0]!.length);
}
