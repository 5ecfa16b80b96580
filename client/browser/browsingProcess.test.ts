import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { BrowsingProcess } from './browsingProcess.ts';

/** Runs a program in place of the browsing process. */
function start(source: string) {
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-browsing-'));
  const program = join(folder, 'browser.cjs');
  writeFileSync(program, source);
  const messages: unknown[] = [];
  const ends: string[] = [];
  const process = new BrowsingProcess(
    program,
    '/data',
    { rules: {} },
    {
      onMessage: (message) => messages.push(message),
      onEnd: (reason) => ends.push(reason),
    },
  );
  onTestFinished(() => {
    process.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  return { process, messages, ends };
}

const ECHO = `process.on('message', (message) => {
  if (message.kind === 'find' && message.record === 9) process.exit(3);
  else if (message.kind === 'find') process.send({ kind: 'found', request: message.request, found: { file: '/data', line: message.record, size: 1 } });
  else process.send({ kind: 'selection', message });
});
process.once('disconnect', () => process.exit());`;

it('opens the dataset and relays what it hears', async () => {
  const { messages } = start(ECHO);
  await expect.poll(() => messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({ message: { kind: 'open', path: '/data', editor: { rules: {} } } });
});

it('answers each question with its own answer', async () => {
  const { process } = start(ECHO);
  const found = await Promise.all([process.find(4), process.find(7)]);
  expect(found.map((each) => each?.line)).toEqual([4, 7]);
});

it('says that the process has died, and leaves no question open', async () => {
  const { process, ends } = start(ECHO);
  expect(await process.find(9)).toBeUndefined();
  expect(ends).toEqual(['it ended with 3']);
  expect(await process.find(1)).toBeUndefined();
});

it('says nothing of an end that was asked for', async () => {
  const { process, messages, ends } = start(ECHO);
  await expect.poll(() => messages).toHaveLength(1);
  const open = process.find(9);
  process.dispose();
  expect(await open).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(ends).toEqual([]);
});
