import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NamedRecord } from '../../core/language/draftRecords.ts';
import { DraftQueue, type Outcome } from './draftQueue.ts';
import { QueueFile } from './queueFile.ts';

const DOCUMENT = 'file:///data/scenes.uscdf.jsonl';
const record = (index: number): NamedRecord => ({ record: index, id: `r${index}`, fingerprint: `${index}` });
const SIX = Array.from({ length: 6 }, (_, index) => record(index));
const MADE: Outcome = { kind: 'made' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-queue-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A queue in a window of its own. The model works on a record until `answer`, or until the queue is paused over it. */
function openWindow() {
  const asked: string[] = [];
  const told: string[] = [];
  const logged: string[] = [];
  let settle: ((outcome: Outcome) => void) | undefined;
  let wake = (): void => undefined;
  const tell = (what: string) => {
    told.push(what);
    wake();
  };
  const queue: DraftQueue = new DraftQueue(new QueueFile(folder), {
    make: (_, { id }, signal) =>
      new Promise((resolve) => {
        asked.push(id ?? '');
        settle = resolve;
        signal.addEventListener('abort', () => resolve({ kind: 'cancelled' }));
        wake();
      }),
    changed: () => wake(),
    finished: (_, { done, failed, skipped }) => tell(`finished ${done} ${failed} ${skipped}`),
    halted: (why) => tell(`halted: ${why}`),
    log: (line) => logged.push(line),
  });
  const until = async (holds: () => boolean) => {
    while (!holds())
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  /** Answers the model's work on the next record. */
  const answer = async (outcome: Outcome = MADE) => {
    await until(() => settle !== undefined);
    const now = settle!;
    settle = undefined;
    now(outcome);
  };
  return { queue, asked, told, logged, until, answer };
}

it('works on one record after the other, in their order', async () => {
  const { queue, asked, told, until, answer } = openWindow();
  await queue.start(DOCUMENT, SIX);
  for (let done = 0; done < 6; done++) {
    await until(() => queue.standing?.done === done && asked.length === done + 1);
    expect(asked.at(-1)).toBe(`r${done}`);
    expect(queue.standing).toMatchObject({ state: 'running', next: done, total: 6, document: DOCUMENT });
    await answer();
  }
  await until(() => told.length > 0);
  expect(told).toEqual(['finished 6 0 0']);
  expect(queue.standing).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

it('counts what fails and what is passed over, says why in the log, and goes on', async () => {
  const { queue, told, logged, until, answer } = openWindow();
  await queue.start(DOCUMENT, SIX.slice(0, 4));
  await answer({ kind: 'failed', why: 'the image is missing.' });
  await answer({ kind: 'skipped', why: 'it has an answer by now.' });
  await answer();
  await until(() => queue.standing?.next === 3);
  expect(queue.standing).toMatchObject({ done: 1, failed: 1, skipped: 1 });
  await answer({ kind: 'failed', why: 'the image is broken.' });
  await until(() => told.length > 0);
  expect(told).toEqual(['finished 1 2 1']);
  expect(logged).toEqual([
    `The record "r0" of ${DOCUMENT} was given up: the image is missing.`,
    `The record "r1" of ${DOCUMENT} was skipped: it has an answer by now.`,
    `The record "r3" of ${DOCUMENT} was given up: the image is broken.`,
  ]);
});

describe('a pause', () => {
  it('lets go of the record under way, which is taken up again', async () => {
    const { queue, asked, until, answer } = openWindow();
    await queue.start(DOCUMENT, SIX);
    await answer();
    await until(() => asked.length === 2);
    await queue.pause();
    expect(queue.standing).toMatchObject({ state: 'paused', done: 1, next: 1 });
    queue.resume();
    queue.resume();
    await until(() => asked.length === 3);
    expect(asked).toEqual(['r0', 'r1', 'r1']);
    await queue.pause();
  });

  it('comes by itself where nothing can be done for any record', async () => {
    const { queue, asked, told, until, answer } = openWindow();
    await queue.start(DOCUMENT, SIX);
    await answer({ kind: 'halted', why: 'no model.' });
    await until(() => told.length > 0);
    expect(told).toEqual(['halted: no model.']);
    expect(queue.standing).toMatchObject({ state: 'paused', next: 0 });
    queue.resume();
    await until(() => asked.length === 2);
    expect(asked).toEqual(['r0', 'r0']);
    await queue.pause();
  });
});

describe('a restart', () => {
  it('takes the queue up where it was, paused', async () => {
    const first = openWindow();
    await first.queue.start(DOCUMENT, SIX);
    await first.answer();
    await first.answer({ kind: 'failed', why: 'x.' });
    await first.until(() => first.asked.length === 3);
    await first.queue.pause();

    const second = openWindow();
    expect(await second.queue.restore()).toBe(true);
    expect(second.asked).toEqual([]);
    expect(second.queue.standing).toMatchObject({ state: 'paused', next: 2, done: 1, failed: 1, total: 6 });
    second.queue.resume();
    for (let i = 0; i < 4; i++) await second.answer();
    await second.until(() => second.told.length > 0);
    expect(second.asked).toEqual(['r2', 'r3', 'r4', 'r5']);
    expect(second.told).toEqual(['finished 5 1 0']);
    expect(await openWindow().queue.restore()).toBe(false);
  });

  it('finds nothing after a stop', async () => {
    const { queue, asked, until } = openWindow();
    await queue.start(DOCUMENT, SIX);
    await until(() => asked.length === 1);
    await queue.stop();
    expect(queue.standing).toBeUndefined();
    expect(await openWindow().queue.restore()).toBe(false);
  });

  it.each(['', '{', 'null', '{"version":2}', '{"version":1,"records":[{}]}'])(
    'does not stumble over %j',
    async (text) => {
      writeFileSync(join(folder, 'queue.json'), text);
      writeFileSync(join(folder, 'progress.json'), text);
      expect(await openWindow().queue.restore()).toBe(false);
    },
  );

  it('begins at the first record where the progress is that of an older queue', async () => {
    const { queue } = openWindow();
    await queue.start(DOCUMENT, SIX);
    await queue.pause();
    const older = { begun: 'older', next: 4, done: 4, failed: 0, skipped: 0 };
    writeFileSync(join(folder, 'progress.json'), JSON.stringify(older));
    const { queue: restored } = openWindow();
    await restored.restore();
    expect(restored.standing).toMatchObject({ next: 0, done: 0 });
  });
});

it('gives up the queue that there is for a new one', async () => {
  const { queue, asked, until } = openWindow();
  await queue.start(DOCUMENT, SIX);
  await until(() => asked.length === 1);
  await queue.start('file:///data/others.uscdf', [record(7)]);
  await until(() => asked.length === 2);
  expect(asked).toEqual(['r0', 'r7']);
  expect(queue.standing).toMatchObject({ document: 'file:///data/others.uscdf', total: 1 });
  await queue.pause();
});

it('goes on where the disk refuses its memory', async () => {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file where the folder should be');
  const { queue, told, logged, until, answer } = openWindow();
  await queue.start(DOCUMENT, SIX.slice(0, 1));
  await answer();
  await until(() => told.length > 0);
  expect(told).toEqual(['finished 1 0 0']);
  expect(logged.join()).toMatch(/would not go on after a restart/);
});

it('follows its document when that is moved, at work or paused, and knows it after a restart', async () => {
  const { queue, asked, told, until, answer } = openWindow();
  await queue.start(DOCUMENT, SIX.slice(0, 3));
  await answer();
  await until(() => asked.length === 2);
  await queue.move('file:///other', 'file:///nowhere');
  await queue.move('file:///data', 'file:///archive');
  expect(queue.standing).toMatchObject({ state: 'running', document: 'file:///archive/scenes.uscdf.jsonl', next: 1 });
  await until(() => asked.length === 3);
  await queue.pause();
  await queue.move('file:///archive/scenes.uscdf.jsonl', 'file:///archive/new.uscdf.jsonl');
  expect(queue.standing).toMatchObject({ state: 'paused', document: 'file:///archive/new.uscdf.jsonl' });
  const next = openWindow();
  expect(await next.queue.restore()).toBe(true);
  expect(next.queue.standing).toMatchObject({ document: 'file:///archive/new.uscdf.jsonl', next: 1, done: 1 });
  next.queue.resume();
  await next.answer();
  await next.answer();
  await next.until(() => next.told.length === 1);
  expect(next.told).toEqual(['finished 3 0 0']);
  // The record that was worked on when the document moved is asked for once more, and no other.
  expect(asked).toEqual(['r0', 'r1', 'r1']);
  expect(next.asked).toEqual(['r1', 'r2']);
  expect(told).toEqual([]);
});
