/** `uscdf label` from records to records, against a server that speaks OpenAI's protocol and fails as such servers do. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChatCompletionRequest, type FixtureResponse, LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMAND, lintJson, type Ran } from './command.ts';

const PHOTO = fileURLToPath(new URL('../../samples/images/bear.jpg', import.meta.url));
const SIZE = [640, 586];
const RECORD = {
  id: 'bear',
  image: PHOTO,
  conversations: [],
  masks: [
    { size: SIZE, polygons: [[100, 100, 400, 100, 400, 400, 100, 400]], label: 'bear' },
    { size: SIZE, polygons: [[150, 150, 200, 150, 200, 200, 150, 200]], label: 'ear' },
    { size: SIZE, polygons: [[450, 300, 580, 300, 580, 450, 450, 450]], label: 'rock' },
  ],
};

const CAPTIONS = {
  bear: 'Short Description: a brown bear\nDetailed Caption: A large bear with thick fur. It stands.',
  ear: '**Short Description:** a round ear.\n**Detail Caption:** A small ear of the bear, pointing up.',
  rock: '1. Short Caption: "a grey rock"\n2. Detailed Caption: A rock beside the bear. It is rough.',
};
const ROOT = 'Beside <object3>a grey rock</object3> stands <object1> a brown bear </object1>.';
const SUBTREE = '<object1> A brown bear </object1> pricks <object2> a round ear </object2>.';

let folder = '';
let server: LLMock;
let asked: ChatCompletionRequest[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-label-'));
  writeFileSync(join(folder, 'in.uscdf.jsonl'), `${JSON.stringify(RECORD)}\n`);
  asked = [];
  server = new LLMock({ port: 0 });
  await server.start();
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What a good model answers; `wrong` may answer something else. */
function answers(wrong: (asked: Asked) => FixtureResponse | undefined = () => undefined): void {
  server.addFixture({
    match: { model: 'test' },
    response: (request) => {
      asked.push(request);
      return answerTo(askedIn(request), wrong);
    },
  });
}

interface Asked {
  readonly about: 'bear' | 'ear' | 'rock' | 'root' | 'subtree';
  /** The conversation holds a wrong answer and what is wrong with it. */
  readonly again: string | undefined;
}

function answerTo(asked: Asked, wrong: (asked: Asked) => FixtureResponse | undefined): FixtureResponse {
  const right = { root: ROOT, subtree: SUBTREE, ...CAPTIONS }[asked.about];
  return wrong(asked) ?? { content: right };
}

function askedIn({ messages }: ChatCompletionRequest): Asked {
  const texts = messages.map(({ content }) =>
    typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join(''),
  );
  const question = texts.find((_, i) => messages[i]?.role === 'user') ?? '';
  const name = /Its name so far: (bear|ear|rock)\./.exec(question)?.[1] as 'bear' | undefined;
  const about = name ?? (question.includes('and its parts, in one photograph') ? 'subtree' : 'root');
  return { about, again: messages.some(({ role }) => role === 'assistant') ? texts.at(-1) : undefined };
}

function label(...more: readonly string[]): Promise<Ran> {
  const address = `${server.url}/v1`;
  const args = ['label', 'in.uscdf.jsonl', '-o', 'out.uscdf.jsonl', '--endpoint', address, '--model', 'test', ...more];
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, USCDF_API_KEY: 'secret' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

interface Labelled {
  readonly id: string;
  readonly target?: string;
  readonly parent?: string;
  readonly conversations: readonly { readonly value: string }[];
  readonly masks: readonly { readonly label: string; readonly area?: number; readonly size: readonly number[] }[];
  readonly provenance: { readonly status: string; readonly findings?: readonly { readonly code: string }[] };
}

function written(): readonly Labelled[] {
  const lines = readFileSync(join(folder, 'out.uscdf.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Labelled);
}

/** Status codes in the order of the answers. */
function statuses(): readonly (number | undefined)[] {
  return server.getRequests().map(({ response }) => response.status);
}

describe('uscdf label', () => {
  it('makes a root and a subtree of masks, in the order of the text', async () => {
    answers();
    const ran = await label();
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('1 image with 3 objects: 5 requests, up to 10');
    expect(ran.stdout).toMatch(/^1 image labelled in 2 records; 5 requests; /);
    const [root, subtree] = written();
    expect(root).toMatchObject({
      id: 'bear-root',
      provenance: { status: 'draft', model: 'test' },
      masks: [{ label: 'a grey rock' }, { label: 'a brown bear' }],
    });
    expect(root?.conversations[1]?.value).toBe('Beside <p> a grey rock </p> [SEG] stands <p> a brown bear </p> [SEG].');
    expect(subtree).toMatchObject({
      id: 'bear-object1',
      target: 'a brown bear',
      parent: 'bear-root',
      masks: [{ label: 'a brown bear' }, { label: 'a round ear' }],
    });
    const found = lintJson([join(folder, 'out.uscdf.jsonl')]).findings;
    expect(found.map(({ code }) => code)).toEqual(['draft', 'draft']);
  });

  it('shows a model the object, and its key to the server only', async () => {
    answers();
    // One after the other: of requests at the same time any may come first.
    const ran = await label('--parallel', '1');
    expect(ran.code).toBe(0);
    expect(server.getRequests()[0]?.headers['authorization']).toBeDefined();
    const { messages } = asked[0]!;
    const parts = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
    expect(parts.map(({ type }) => type)).toEqual(['image_url', 'text']);
    expect(JSON.stringify(parts[0])).toContain('data:image/jpeg;base64,/9j/');
    expect(parts[1]?.text).toContain('[0.17, 0.16, 0.51, 0.47]');
    for (const file of ['out.uscdf.jsonl', 'out.uscdf.jsonl.journal'])
      expect(readFileSync(join(folder, file), 'utf8')).not.toContain('secret');
  });

  it('asks again once with the findings, and leaves what is wrong again to a person', async () => {
    const again: string[] = [];
    answers(({ about, again: findings }) => {
      if (findings !== undefined) again.push(findings);
      if (about === 'root' && findings === undefined) return { content: 'A <object1> brown bear beside a rock.' };
      if (about === 'rock' && findings === undefined) return { content: 'It is a rock.' };
      if (about === 'subtree') return { content: '<object1> A bear </object1> with <object9> an ear </object9>.' };
      return undefined;
    });
    const ran = await label('--parallel', '1');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('1 record with findings left for you');
    expect(again).toHaveLength(3);
    expect(again[0]).toContain('There is no short description');
    expect(again[1]).toContain('This <object1> has no </object1>');
    expect(again[2]).toContain('There is no object 9');
    const [root, subtree] = written();
    expect(root?.conversations[1]?.value).toContain('<p> a grey rock </p> [SEG]');
    expect(root?.provenance.findings).toBeUndefined();
    expect(subtree?.conversations[1]?.value).toContain('<object9> an ear </object9>');
    expect(subtree?.provenance.findings?.map(({ code }) => code)).toEqual(['object-unknown']);
    const found = lintJson([join(folder, 'out.uscdf.jsonl')]).findings;
    expect(found.filter(({ record }) => record === 'bear-object1').map(({ code }) => code)).toEqual([
      'object-unknown',
      'draft',
    ]);
  });

  it('waits as long as the server asks, and takes up a connection that was dropped', async () => {
    let count = 0;
    server.addFixture({
      match: { predicate: () => ++count === 2 },
      response: { content: 'never seen' },
      chaos: { disconnectRate: 1 },
    });
    let limited = false;
    answers(() => {
      if (limited) return undefined;
      limited = true;
      return { error: { message: 'slow down' }, status: 429, retryAfter: 1 };
    });
    const started = Date.now();
    const ran = await label('--parallel', '1');
    expect(ran.code).toBe(0);
    expect(Date.now() - started).toBeGreaterThan(1000);
    expect(ran.stderr).toMatch(/it answered 429; trying again in 1\.0 s/);
    expect(ran.stderr).toMatch(/the connection failed.*; trying again/);
    expect(statuses().filter((status) => status === 200)).toHaveLength(5);
    expect(written()).toHaveLength(2);
  });

  it('goes on where it stopped, without asking twice', async () => {
    let left = 2;
    answers(() => (left-- > 0 ? undefined : { error: { message: 'no such key' }, status: 401 }));
    const stopped = await label('--parallel', '1');
    expect(stopped.code).toBe(2);
    expect(stopped.stderr).toContain('refuses the key (401): set the right one. It says: no such key');
    expect(existsSync(join(folder, 'out.uscdf.jsonl'))).toBe(false);

    left = 100;
    server.clearRequests();
    const resumed = await label('--parallel', '1');
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain('3 requests, and 2 answers from the journal');
    expect(statuses()).toEqual([200, 200, 200]);

    server.clearRequests();
    const third = await label();
    expect(third.code).toBe(0);
    expect(third.stdout).toBe('No image labelled; 1 labelled before.\n');
    expect(statuses()).toEqual([]);
  });

  it('takes prompts and prices of the user', async () => {
    answers();
    await label('--write-prompts', 'mine');
    const path = join(folder, 'mine/root.md');
    writeFileSync(path, readFileSync(path, 'utf8').replace('a few sentences long', 'in the style of a haiku'));
    writeFileSync(join(folder, 'prices.json'), '{"test": {"input": 1000, "output": 1000}}');
    const ran = await label('--prompts', 'mine', '--prices', 'prices.json');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/That costs about [\d.]+, up to [\d.]+, by the prices you set/);
    expect(asked.filter(({ messages }) => JSON.stringify(messages).includes('haiku'))).toHaveLength(1);
    writeFileSync(path, 'Describe {{object}}.');
    const wrong = await label('--prompts', 'mine');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('{{object}}, for which nothing can be put: write {{objects}}');
  });

  it('sends nothing where it only shows what a batch takes', async () => {
    answers();
    const ran = await label('--dry-run');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('5 requests');
    expect(server.getRequests()).toHaveLength(0);
    expect(existsSync(join(folder, 'out.uscdf.jsonl'))).toBe(false);
  });

  it('sends nothing to another machine without a clear yes', async () => {
    const ran = await label('--endpoint', 'https://captions.example.com/v1');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('would be sent to captions.example.com: say --yes if they may');
  });

  it('leaves the objects to the local model where it is asked, which sends nothing', async () => {
    const first = await label('--provider', 'local', '--model', 'coco80');
    expect(first).toMatchObject({ code: 0, stdout: '1 image labelled in 1 record.\n' });
    expect(first.stderr).toContain('nothing leaves this machine');
    expect(written()[0]).toMatchObject({ id: 'bear-root', provenance: { status: 'draft', model: 'coco80@1.1.0' } });
    expect(lintJson([join(folder, 'out.uscdf.jsonl')]).findings.map(({ code }) => code)).toEqual(['draft']);
    expect((await label('--provider', 'local')).stdout).toBe('No image labelled; 1 labelled before.\n');
    expect(server.getRequests()).toHaveLength(0);
  });
});
