import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DraftCancelledError, ImageError } from '../models/runtime/errors.ts';
import { EncodeAhead } from './encodeAhead.ts';

interface Asked {
  readonly image: string;
  readonly signal: AbortSignal;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

let asked: Asked[];
let errors: unknown[];
let ahead: EncodeAhead;

const images = () => asked.map(({ image }) => image);
const quiet = (ms = 400) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  errors = [];
  ahead = new EncodeAhead({
    encode: (image, signal) =>
      new Promise<void>((resolve, reject) => {
        asked.push({ image, signal, done: resolve, fail: reject });
        signal.addEventListener('abort', () => reject(new DraftCancelledError()));
      }),
    onError: (error) => errors.push(error),
    idleMs: 400,
  });
});
afterEach(() => {
  ahead.dispose();
  vi.useRealTimers();
});

describe('photographs encoded ahead', () => {
  it('waits until nothing happened for a while, then takes one after the other', async () => {
    ahead.want(['a', 'b', 'a']);
    await quiet(399);
    ahead.touch();
    await quiet(399);
    expect(images()).toEqual([]);
    await quiet(1);
    expect(images()).toEqual(['a']);
    asked[0]!.done();
    await quiet(0);
    expect(images()).toEqual(['a', 'b']);
    asked[1]!.done();
    await quiet();
    expect(images()).toEqual(['a', 'b']);
  });

  it('lets go of what is not wanted any more, and keeps what still is', async () => {
    ahead.want(['a', 'b']);
    await quiet();
    ahead.want(['b', 'c']);
    expect(asked[0]!.signal.aborted).toBe(true);
    await quiet();
    ahead.want(['b', 'd']);
    expect(asked[1]!.signal.aborted).toBe(false);
    asked[1]!.done();
    await quiet();
    expect(images()).toEqual(['a', 'b', 'd']);
  });

  it('encodes nothing again while the same photographs are wanted, until they are needed', async () => {
    ahead.want(['a', 'b']);
    await quiet();
    asked[0]!.done();
    await quiet(0);
    ahead.want(['a', 'b']);
    await quiet();
    expect(images()).toEqual(['a', 'b']);
    expect(asked[1]!.signal.aborted).toBe(false);
    asked[1]!.done();
    await quiet();
    ahead.want(['a', 'b']);
    await quiet();
    expect(images()).toEqual(['a', 'b']);
    ahead.again();
    await quiet();
    asked[2]!.done();
    await quiet(0);
    expect(images()).toEqual(['a', 'b', 'a', 'b']);
    asked[3]!.done();
    await quiet();
    ahead.want(['b', 'a']);
    await quiet();
    expect(images().slice(4)).toEqual(['b']);
  });

  it('asks again after something more urgent came between', async () => {
    ahead.want(['a']);
    await quiet();
    asked[0]!.fail(new DraftCancelledError());
    await quiet(399);
    expect(images()).toEqual(['a']);
    await quiet(1);
    expect(images()).toEqual(['a', 'a']);
  });

  it('goes on to the next where one cannot be read', async () => {
    ahead.want(['a', 'b']);
    await quiet();
    const error = new ImageError('no image');
    asked[0]!.fail(error);
    await quiet(0);
    expect(errors).toEqual([error]);
    expect(images()).toEqual(['a', 'b']);
  });

  it('asks for nothing more once it is disposed of', async () => {
    ahead.want(['a', 'b']);
    await quiet();
    ahead.dispose();
    expect(asked[0]!.signal.aborted).toBe(true);
    await quiet(1000);
    expect(images()).toEqual(['a']);
  });
});
