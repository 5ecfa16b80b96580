import { spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BUNDLE, buildWorker, PHOTOS, REPOSITORY, workFolder } from '../models/runtime/testing/builtWorker.ts';

/** The built command with the bundle that ships, installed as the package lays it out. */
const installed = workFolder('annotate');
const program = join(installed, 'dist', 'uscdf.cjs');
const photos = join(installed, 'photos');
const output = join(installed, 'data', 'out.uscdf.jsonl');

beforeAll(async () => {
  mkdirSync(join(installed, 'dist'), { recursive: true });
  mkdirSync(join(installed, 'data'), { recursive: true });
  mkdirSync(join(photos, 'more'), { recursive: true });
  await buildWorker(join(installed, 'dist'));
  await build({
    stdin: {
      contents: `
        import { Command } from 'commander';
        import { registerAnnotate } from './cli/annotate.ts';
        const program = new Command('uscdf');
        registerAnnotate(program);
        await program.parseAsync();`,
      resolveDir: REPOSITORY,
      loader: 'ts',
    },
    outfile: program.replace('.cjs', '.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['commander'],
    banner: {
      js: "import { fileURLToPath as toPath } from 'node:url'; const __filename = toPath(import.meta.url);",
    },
    logLevel: 'error',
  });
  cpSync(BUNDLE, join(installed, 'models', 'bundles', 'coco80'), { recursive: true });
  copyFileSync(join(PHOTOS, '000000214753.jpg'), join(photos, 'riders.jpg'));
  copyFileSync(join(PHOTOS, '000000423617.jpg'), join(photos, 'more', 'street.jpg'));
});
afterAll(() => rmSync(installed, { recursive: true, force: true }));
beforeEach(() => rmSync(output, { force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], onOutput?: (kill: (signal: NodeJS.Signals) => void) => void): Promise<Ended> {
  const child = spawn(process.execPath, [program.replace('.cjs', '.mjs'), 'annotate', ...args], { cwd: installed });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const watch = setInterval(() => onOutput?.((signal) => child.kill(signal)), 5);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ code, stdout, stderr });
    });
  });
}

const lines = () => readFileSync(output, 'utf8').split('\n').slice(0, -1);
const records = () => lines().map((line) => JSON.parse(line) as Record<string, never>);

describe('uscdf annotate', () => {
  it('writes a record for every image of a folder, in the format', async () => {
    const { code, stdout, stderr } = await run(['photos', '-o', output]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^2 images drafted in [\d.]+ s \([\d.]+ images\/s; model loaded in \d+ ms; a mean image: waiting for the photograph \d+ ms, encoding \d+ ms, masks \d+ ms\)\.\n$/,
    );
    const [street, riders] = records();
    expect(riders).toMatchObject({
      id: 'riders',
      image: '../photos/riders.jpg',
      width: 640,
      height: 424,
      task: 'gcg',
      conversations: [
        { from: 'human', value: expect.stringMatching(/^<image>\nCould you please give me/) },
        { from: 'gpt', value: expect.stringContaining('<p> two horses </p> [SEG]') },
      ],
      masks: [{ size: [424, 640], label: 'horse' }, { label: 'person' }],
      provenance: { model: 'coco80@1.1.0', status: 'draft', device: 'cpu' },
    });
    expect(Object.keys(riders!['masks']![0])).toEqual(['size', 'counts', 'label', 'score', 'bbox', 'area']);
    expect(street).toMatchObject({ id: 'street', image: '../photos/more/street.jpg' });
    expect(lines()[0]).toMatch(/^\{"id": "street", "image": "\.\.\/photos/);
  });

  it('goes on where it stopped, and cuts off a torn record', async () => {
    await run(['photos/riders.jpg', '-o', output]);
    const [whole] = lines();
    appendFileSync(output, '{"id": "street", "image": "../photos/more/str');
    const { code, stdout, stderr } = await run(['photos/riders.jpg', 'photos/**/*.jpg', '-o', output]);
    expect(code).toBe(0);
    expect(stderr).toContain('torn record');
    expect(stdout).toContain('1 image drafted');
    expect(stdout).toContain('1 already recorded');
    expect(lines()[0]).toBe(whole);
    expect(records().map(({ id }) => id)).toEqual(['riders', 'street']);
  });

  it('keeps foreign records, closes a last line without newline, and makes ids that are new', async () => {
    writeFileSync(output, '{"id": "riders", "image": "elsewhere.jpg", "mine": 1.50}');
    await run(['photos/riders.jpg', '-o', output]);
    expect(lines()[0]).toBe('{"id": "riders", "image": "elsewhere.jpg", "mine": 1.50}');
    expect(records()[1]!['id']).toBe('riders-2');
  });

  it('answers a question with negatives', async () => {
    const { code } = await run([
      'photos/riders.jpg',
      '-o',
      output,
      '--task',
      'referring',
      '--prompt',
      'the horse and the zebra',
    ]);
    expect(code).toBe(0);
    expect(records()[0]).toMatchObject({
      task: 'referring',
      conversations: [
        { value: '<image>\nPlease segment the horse and the zebra in this image.' },
        { value: "Sure, it is <p> the horse </p> [SEG]. But I don't see any zebra in this image." },
      ],
      negatives: ['zebra'],
    });
  });

  it('makes the output’s folder, and says when records of another task stand in the way', async () => {
    const made = join('made', 'for', 'it.uscdf.jsonl');
    const first = await run(['photos/riders.jpg', '-o', made]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect((await run(['photos/riders.jpg', '-o', made])).stdout).toBe('No image drafted; 1 already recorded.\n');
    const other = await run(['photos/riders.jpg', '-o', made, '-t', 'referring', '-p', 'the horse']);
    expect(other.stdout).toBe(
      'No image drafted; 1 already recorded (with another task or prompt: name another output to draft it anew).\n',
    );
    rmSync(join(installed, 'made'), { recursive: true });
  });

  it('two runs on one output lose nothing: the one that comes second stops', async () => {
    const many = join(installed, 'two');
    for (const part of ['a', 'b']) {
      mkdirSync(join(many, part), { recursive: true });
      for (let i = 0; i < 5; i++) copyFileSync(join(photos, 'riders.jpg'), join(many, part, `${part}-${i}.jpg`));
    }
    const ended = await Promise.all(['a', 'b'].map((part) => run([`two/${part}`, '-o', output])));
    expect(ended.map(({ code }) => code)).toContain(2);
    expect(ended.map(({ stderr }) => stderr).join('')).toMatch(/Another program has changed .* during this run/);
    const drafted = ended.map(({ stdout }) => Number(/^(\d+) image/.exec(stdout)?.[1] ?? 0));
    expect(records()).toHaveLength(drafted[0]! + drafted[1]!);
    expect(readFileSync(output, 'utf8').endsWith('}\n')).toBe(true);
    const again = await run(['two', '-o', output]);
    expect(again.code).toBe(0);
    expect(new Set(records().map(({ image }) => image)).size).toBe(10);
  });

  describe('with a model that writes its own sentences', () => {
    const mglmm = ['photos/riders.png', '-o', output, '--model', join(REPOSITORY, 'test/fixtures/bundles/mglmm')];
    beforeAll(() => copyFileSync(join(REPOSITORY, 'test/fixtures/bundles/riders.png'), join(photos, 'riders.png')));
    afterAll(() => rmSync(join(photos, 'riders.png')));

    it('shows the words as they come', async () => {
      const { code, stdout, stderr } = await run([...mglmm, '--verbose']);
      expect(code).toBe(0);
      expect(stderr).toContain('Two riders on dark horses follow a sandy beach beside the sea.\n');
      expect(stdout).toMatch(/encoding \d+ ms, words \d+ ms, masks/);
      expect(records()[0]).toMatchObject({ id: 'riders', task: 'gcg', masks: { length: 4 } });
    });

    it('describes a phrase of a record in finer parts, once', async () => {
      const part = [...mglmm, '--task', 'mgsc', '--prompt', 'the dark horses'];
      const early = await run(part);
      expect(early.code).toBe(2);
      expect(early.stderr).toMatch(
        /no record of it in .* has the phrase "the dark horses".*Draft the whole image first/,
      );
      await run(mglmm);
      expect((await run(part)).code).toBe(0);
      expect(records()[1]).toMatchObject({
        id: 'riders-2',
        task: 'mgsc',
        parent: 'riders',
        target: 'the dark horses',
        conversations: [{ value: expect.stringContaining('for the dark horses in the image') }, {}],
      });
      expect((await run(part)).stdout).toBe('No image drafted; 1 already recorded.\n');
    });

    it('asks a free question', async () => {
      const { code } = await run([...mglmm, '--task', 'reasoning', '--prompt', 'What could carry a person?']);
      expect(code).toBe(0);
      expect(records()[0]).toMatchObject({
        task: 'reasoning',
        conversations: [
          { value: '<image>\nWhat could carry a person?' },
          { value: '<p> The horses </p> [SEG] could carry a person.' },
        ],
      });
    });
  });

  it('reports a bad image and goes on', async () => {
    writeFileSync(join(photos, 'broken.jpg'), 'no image');
    const { code, stdout, stderr } = await run(['photos/broken.jpg', 'photos/riders.jpg', 'none.jpg', '-o', output]);
    rmSync(join(photos, 'broken.jpg'));
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toEqual([
      'uscdf annotate: none.jpg: no such file, folder or match. Check the path.',
      expect.stringMatching(/broken\.jpg: The image is not a JPEG or PNG/),
    ]);
    expect(stdout).toContain('1 image drafted');
    expect(stdout).toContain('1 failed');
    expect(records()).toHaveLength(1);
  });

  it.each([
    ['a model that is not there', ['--model', 'nowhere'], /There is no model bundle/],
    ['a referring task without a prompt', ['--task', 'referring'], /needs --prompt/],
    ['a prompt for a task that asks its own question', ['--prompt', 'dog'], /belongs to --task referring/],
    ['a reasoning task without a question', ['--task', 'reasoning'], /needs --prompt/],
    ['a task that the model cannot do', ['--task', 'reasoning', '--prompt', 'Why?'], /answers no free questions/],
    ['an unknown task', ['--task', 'poem'], /Allowed choices are/],
    ['a threshold that is none', ['--threshold', '2'], /number from 0 to 1/],
  ])('refuses %s', async (_, args, message) => {
    const { code, stderr } = await run(['photos/riders.jpg', '-o', output, ...args]);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(message);
    expect(existsSync(output)).toBe(false);
  });

  it.each([
    ['in a folder that cannot be made', 'notes.jsonl/out.jsonl', /cannot be written \(E(?:EXIST|NOTDIR)\)/],
    ['that is a photograph', 'photos/riders.jpg', /must end in \.jsonl/],
    ['that is a folder', 'folder.jsonl', /EISDIR|not a regular file/],
    ['that holds other things', 'notes.jsonl', /is not a file of records/],
  ])('refuses an output %s with one line', async (_, path, message) => {
    mkdirSync(join(installed, 'folder.jsonl'), { recursive: true });
    writeFileSync(join(installed, 'notes.jsonl'), 'milk and bread');
    const { code, stderr } = await run(['photos/riders.jpg', '-o', path]);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(message)]);
    expect(readFileSync(join(installed, 'notes.jsonl'), 'utf8')).toBe('milk and bread');
  });

  it.each([
    ['SIGKILL', null],
    ['SIGINT', 130],
  ] as const)('loses nothing to %s and goes on afterwards', async (signal, exit) => {
    const many = join(installed, 'many');
    mkdirSync(many, { recursive: true });
    for (let i = 0; i < 12; i++) copyFileSync(join(photos, 'riders.jpg'), join(many, `photo-${i}.jpg`));
    let sent = false;
    const first = await run(['many', '-o', output], (kill) => {
      if (sent || !existsSync(output) || !readFileSync(output, 'utf8').includes('\n')) return;
      sent = true;
      kill(signal);
    });
    expect(first.code).toBe(exit);
    const before = lines();
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(12);
    const second = await run(['many', '-o', output]);
    expect(second.code).toBe(0);
    expect(lines().slice(0, before.length)).toEqual(before);
    expect(new Set(records().map(({ image }) => image)).size).toBe(12);
    expect(records()).toHaveLength(12);
  });
});
