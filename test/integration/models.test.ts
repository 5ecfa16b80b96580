/** `uscdf models`, built, against a hub on this machine. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BUNDLE, PHOTOS, REPOSITORY } from '../../models/runtime/testing/builtWorker.ts';
import { TestHub } from '../../models/runtime/testing/hub.ts';
import { publishedFiles } from '../../models/runtime/testing/publishedFiles.ts';
import { builtBundles } from './builtBundles.ts';
import { COMMAND, type Ran } from './command.ts';

let root: string;
let hub: TestHub;

beforeAll(builtBundles, 120_000);
beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'uscdf-models-')));
  hub = await TestHub.start(publishedFiles(REPOSITORY));
});
afterEach(async () => {
  await hub.stop();
  rmSync(root, { recursive: true });
});

/** Runs the command while the hub answers; `onError` sees what it says on standard error so far. */
function run(args: readonly string[], onStart?: (kill: (signal: NodeJS.Signals) => void) => void): Promise<Ran> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { ...process.env, USCDF_MODELS: join(root, 'models') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  onStart?.((signal) => child.kill(signal));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

async function names(): Promise<readonly string[]> {
  const { stdout } = await run(['models', 'list', '--json']);
  return JSON.parse(stdout).models.map(({ name, origin }: { name: string; origin: string }) => `${name} ${origin}`);
}

/** The bundle that ships under another name, with a licence that forbids something. */
function ownBundle(): string {
  const folder = join(root, 'mine');
  cpSync(BUNDLE, folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8'));
  const licence = { ...manifest.licence, forbids: ['commercial-use'] };
  writeFileSync(join(folder, 'bundle.json'), JSON.stringify({ ...manifest, name: 'mine', licence }));
  return folder;
}

describe('uscdf models', () => {
  it('adds a folder, says what its licence forbids, drafts with it by its name, and forgets it', async () => {
    const added = await run(['models', 'add', ownBundle()]);
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('Use it with --model mine.') });
    expect(added.stderr).toMatch(/forbids commercial use/);
    expect(await names()).toContain('mine linked');
    expect((await run(['models', 'show', 'mine'])).stdout).toMatch(/Mind the licence/);

    const output = join(root, 'drafts.uscdf.jsonl');
    const drafted = await run(['annotate', join(PHOTOS, '000000214753.jpg'), '-o', output, '--model', 'mine']);
    expect(drafted.code).toBe(0);
    const { provenance } = JSON.parse(readFileSync(output, 'utf8').trim());
    expect(provenance.model).toMatch(/^mine@/);
    expect(provenance.notes.join(' ')).toMatch(/forbids commercial use/);

    expect(await run(['models', 'remove', 'mine'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('its files stay'),
    });
    expect(await names()).not.toContain('mine linked');
    expect(existsSync(join(root, 'mine', 'bundle.json'))).toBe(true);
  });

  it('shows size, licence and hashes, and fetches nothing before it is agreed to', async () => {
    const asked = await run(['models', 'download', 'slimsam-77', '--hub', hub.url]);
    expect(asked.code).toBe(2);
    expect(asked.stdout).toMatch(/SHA-256 `[0-9a-f]{64}`/);
    expect(asked.stdout).toMatch(/Licence stated there \| mit; this program expects Apache-2.0/);
    expect(asked.stderr).toMatch(/Say --yes/);
    expect(hub.requests.filter((line) => !line.includes('/api/'))).toEqual([]);

    const done = await run(['models', 'download', 'slimsam-77', '--hub', hub.url, '--yes']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(await names()).toContain('slimsam-77 downloaded');
    const again = await run(['models', 'download', 'slimsam-77', '--hub', hub.url, '--yes']);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('There is a model "slimsam-77" already') });
    expect((await run(['models', 'remove', 'slimsam-77'])).stdout).toContain('its files are deleted');
  });

  it('goes on where Ctrl-C stopped it', async () => {
    const file = '/cdn/Xenova/slimsam-77-uniform/onnx/vision_encoder.onnx';
    const bytes = publishedFiles(REPOSITORY)['Xenova/slimsam-77-uniform']!['onnx/vision_encoder.onnx']!;
    const stopped = await run(['models', 'download', 'slimsam-77', '--hub', hub.url, '--yes'], (kill) => {
      hub.fault = (path, _attempt, _request, response) => {
        if (path !== file) return false;
        response.writeHead(200, { 'content-length': bytes.byteLength });
        response.write(bytes.subarray(0, 50_000), () => setTimeout(() => kill('SIGINT'), 300));
        return true;
      };
    });
    expect(stopped).toMatchObject({ code: 130, stderr: expect.stringContaining('the next try goes on there') });
    hub.fault = () => false;
    expect((await run(['models', 'download', 'slimsam-77', '--hub', hub.url, '--yes'])).code).toBe(0);
    expect(hub.requests.filter((line) => line.includes(file)).at(-1)).toMatch(/ bytes=[1-9]\d*-$/);
  });

  it('drafts with Florence-2 and SAM as they are published', async () => {
    const name = 'florence2-base-ft-slimsam';
    expect((await run(['models', 'download', name, '--hub', hub.url, '--yes'])).stderr).toBe('');
    const output = join(root, 'drafts.uscdf.jsonl');
    const drafted = await run(['annotate', join(PHOTOS, '000000214753.jpg'), '-o', output, '--model', name]);
    expect(drafted).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(readFileSync(output, 'utf8').trim()).provenance.model).toBe(`${name}@1.0.0`);
  });

  it.each([
    [['models', 'show', 'nothing'], /There is no model "nothing", neither here nor/],
    [['models', 'remove', 'coco80'], /ships with this program/],
    [['models', 'add', '/nowhere'], /no model bundle at "\/nowhere"/],
    [['models', 'download', 'coco81'], /There is no model "coco81"/],
    [['models', 'downlod'], /unknown command 'downlod': write download/],
    [['models', 'triton', 'coco80'], /required option '-o, --output <folder>' not specified: add it/],
    [['models', 'download', 'slimsam-77', '--hub', 'http://192.0.2.1'], /only https is/],
    [['annotate', 'x.jpg', '-o', 'y.uscdf.jsonl', '--model', 'coco81'], /x\.jpg/],
  ])('%j is answered with one line', async (args, words) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('writes a model repository of Triton', async () => {
    const output = join(root, 'repository');
    const { code, stdout } = await run(['models', 'triton', 'coco80', '-o', output]);
    expect(code).toBe(0);
    expect(stdout).toContain('coco80_detector, coco80_maskHead');
    expect(existsSync(join(output, 'coco80_detector', '1', 'detector.onnx'))).toBe(true);
  });
});
