/** The editor's end of `uscdf label`: consent, the editor's language model, and stopping, with the built command. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LabellingOptions, type LabellingProvider, runLabelling } from '../../client/labelling/process.ts';
import type { EditorQuestion } from '../../core/labelling/channel.ts';
import { COMMAND } from './command.ts';

const PHOTO = fileURLToPath(new URL('../../samples/images/bear.jpg', import.meta.url));
const RECORD = {
  id: 'bear',
  image: PHOTO,
  conversations: [],
  masks: [{ size: [640, 586], polygons: [[100, 100, 400, 100, 400, 400, 100, 400]] }],
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-label-'));
  writeFileSync(join(folder, 'in.uscdf.jsonl'), `${JSON.stringify(RECORD)}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const output = () => join(folder, 'out.uscdf.jsonl');
const run = (provider: LabellingProvider, options: Partial<LabellingOptions> = {}) =>
  runLabelling(
    COMMAND,
    { inputs: [join(folder, 'in.uscdf.jsonl')], output: output(), provider },
    { signal: new AbortController().signal, consent: async () => true, onProgress: () => undefined, ...options },
  );
const answer = async ({ messages }: EditorQuestion) =>
  messages.some(({ images }) => images.length > 0)
    ? 'Short Description: a bear\nDetailed Caption: A brown bear.'
    : '<object1> A bear </object1> stands.';

it('labels by a language model that the editor lends', async () => {
  const plans: string[] = [];
  const pictures: string[] = [];
  const progress: string[] = [];
  const end = await run(
    {
      kind: 'editor',
      model: 'copilot',
      ask: (question) => {
        pictures.push(...question.messages.flatMap(({ images }) => images));
        return answer(question);
      },
    },
    {
      consent: async (plan) => {
        plans.push(plan);
        return true;
      },
      onProgress: (_, done, total) => progress.push(`${done}/${total}`),
    },
  );
  expect(end).toMatchObject({ kind: 'done', complete: true, remarks: [] });
  expect(plans).toEqual([expect.stringContaining('1 image with 1 object: 2 requests')]);
  expect(pictures.map((picture) => Buffer.from(picture, 'base64').readUInt16BE(0))).toEqual([0xffd8]);
  expect(progress.at(-1)).toBe('1/1');
  expect(readFileSync(output(), 'utf8')).toContain('<p> A bear </p> [SEG] stands.');
});

it('sends nothing where the user says no', async () => {
  let asked = 0;
  const provider: LabellingProvider = { kind: 'editor', model: 'copilot', ask: async () => `${asked++}` };
  expect(await run(provider, { consent: async () => false })).toEqual({ kind: 'cancelled' });
  expect(asked).toBe(0);
  expect(existsSync(output())).toBe(false);
});

it('names the destination where images would leave the machine', async () => {
  const destinations: unknown[] = [];
  const endpoint = 'https://captions.example.com/v1';
  const end = await run(
    { kind: 'openai', endpoint, model: 'm', key: 'k' },
    {
      consent: async (_, destination) => {
        destinations.push(destination);
        return false;
      },
    },
  );
  expect(end).toEqual({ kind: 'cancelled' });
  expect(destinations).toEqual(['captions.example.com']);
});

it('tells what the model refuses, and stops when it is asked to', async () => {
  const refused = await run({
    kind: 'editor',
    model: 'copilot',
    ask: async () => {
      throw new Error('The model may not be used.');
    },
  });
  expect(refused).toMatchObject({ kind: 'failed', message: expect.stringContaining('The model may not be used.') });
  const abort = new AbortController();
  const stopped = await run(
    {
      kind: 'editor',
      model: 'copilot',
      ask: () => {
        abort.abort();
        return new Promise(() => undefined);
      },
    },
    { signal: abort.signal },
  );
  expect(stopped).toEqual({ kind: 'cancelled' });
  expect(existsSync(output())).toBe(false);
});

it('says why nothing could be labelled', async () => {
  writeFileSync(join(folder, 'in.uscdf.jsonl'), `${JSON.stringify({ ...RECORD, masks: [] })}\n`);
  const end = await run({ kind: 'editor', model: 'copilot', ask: answer });
  expect(end).toMatchObject({ kind: 'failed', message: expect.stringContaining('there is nothing to label') });
});
