/** The built command `uscdf convert`, as somebody uses it who makes mistakes, and as the extension runs it. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runConversion } from '../../client/convert/process.ts';
import { builtBundles, REPOSITORY } from './builtBundles.ts';
import { COMMAND, lintJson, uscdf } from './command.ts';

const fixtures = join(REPOSITORY, 'test/fixtures/datasets/coco');
const scenes = join(REPOSITORY, 'samples/scenes.uscdf.jsonl');
const text = readFileSync(join(fixtures, 'instances.json'), 'utf8');
const coco = JSON.parse(text) as {
  readonly images: readonly { readonly id: number }[];
  readonly annotations: readonly { readonly id: number; readonly image_id: number; readonly iscrowd: number }[];
};
const things = coco.annotations.filter(({ iscrowd }) => iscrowd === 0).length;

let root = '';
/** Fresh for each test. */
let folder = '';
beforeAll(async () => {
  await builtBundles();
  root = mkdtempSync(join(tmpdir(), 'uscdf-convert-'));
}, 120_000);
beforeEach(() => {
  folder = mkdtempSync(join(root, 'x-'));
  copyFileSync(join(fixtures, 'instances.json'), join(folder, 'instances.json'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const convert = (...args: readonly string[]) => uscdf(['convert', ...args], { cwd: folder });
const fromCoco = (...args: readonly string[]) => convert('--from', 'coco-instances', ...args);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const files = () => readdirSync(folder).sort();

it('imports photographs with their masks, and says which photographs it did not find', () => {
  const images = join(fixtures, 'images');
  const { code, stderr } = fromCoco('instances.json', '-o', 'x.uscdf.jsonl', '--images', images, '--report', 'r.json');
  expect(code).toBe(0);
  const missing = coco.images.length - readdirSync(images).length;
  expect(stderr).toMatch(
    new RegExp(`^${coco.images.length} records with ${things} phrases and ${things} masks written`),
  );
  expect(stderr).toContain(`${missing} photographs not found (`);
  expect(JSON.parse(read('r.json'))).toMatchObject({
    records: coco.images.length,
    masks: things,
    imagesNotFound: missing,
  });
  const { summary, findings } = lintJson(['x.uscdf.jsonl'], { cwd: folder });
  expect(summary).toMatchObject({ records: coco.images.length, errors: 0 });
  expect(findings.filter(({ code: rule }) => rule === 'image-missing')).toHaveLength(missing);
});

describe('refuses, and leaves every file as it was,', () => {
  it.each([
    ['an output that is the input', ['-o', './x.uscdf.jsonl'], /is an input too/],
    ['an output that is the input by a link', ['-o', 'link.uscdf.jsonl'], /is an input too/],
    ['an output that is the input by a hard link', ['-o', 'hard.uscdf.jsonl'], /is an input too/],
    ['a report that is the input', ['-o', 'y.uscdf.jsonl', '--report', 'hard.uscdf.jsonl'], /--report .* is the input/],
    [
      'a report that is the output',
      ['-o', 'y.uscdf.jsonl', '--report', './y.uscdf.jsonl'],
      /is the input or the output/,
    ],
    ['a report that is a folder', ['-o', 'y.uscdf.jsonl', '--report', '.'], /is a folder: name the file/],
    ['an output that is a folder', ['--to', 'llava', '-o', '.'], /is a folder: name the file/],
    ['standard output', ['--to', 'llava', '-o', '-'], /goes to a file/],
    ['a kind that is not there', ['--to', 'lava', '-o', 'y.json'], /no such kind to write/],
    ['photographs that are not there', ['-o', 'y.uscdf.json', '--images', 'nowhere'], /there is no such folder/],
  ])('%s', (_, args, message) => {
    copyFileSync(scenes, join(folder, 'x.uscdf.jsonl'));
    symlinkSync('x.uscdf.jsonl', join(folder, 'link.uscdf.jsonl'));
    linkSync(join(folder, 'x.uscdf.jsonl'), join(folder, 'hard.uscdf.jsonl'));
    const before = files();
    const { code, stderr } = convert('x.uscdf.jsonl', ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(files()).toEqual(before);
    expect(read('x.uscdf.jsonl')).toBe(readFileSync(scenes, 'utf8'));
  });

  it.each([
    ['', 'in/panoptic.json'],
    [' in a folder', 'in/panoptic.json', 'in/panoptic'],
  ])('an output of several files with one that is an input%s', (_, ...inputs) => {
    copyFileSync(scenes, join(folder, 'x.uscdf.jsonl'));
    // One of the scenes has no mask, and so no place among segments.
    expect(convert('x.uscdf.jsonl', '--to', 'coco-panoptic', '-o', 'in').code).toBe(1);
    const before = read('in/panoptic.json');
    const { code, stderr } = convert(...inputs, '--from', 'coco-panoptic', '--to', 'coco-panoptic', '-o', 'in');
    expect(stderr).toMatch(/would be written over, and it belongs to the input/);
    expect(code).toBe(2);
    expect(read('in/panoptic.json')).toBe(before);
    expect(readdirSync(join(folder, 'in')).sort()).toEqual(['panoptic', 'panoptic.json']);
  });

  it('files that are no UTF-8, no JSON, or no file', () => {
    writeFileSync(join(folder, 'cp.json'), Buffer.from(text.replaceAll('person', 'pers\u00f6n'), 'latin1'));
    writeFileSync(join(folder, 'wide.json'), Buffer.from(`\ufeff${text}`, 'utf16le'));
    writeFileSync(join(folder, 'nan.json'), text.replace('"iscrowd": 0', '"iscrowd": NaN'));
    writeFileSync(join(folder, 'cut.json'), text.slice(0, 20_000));
    writeFileSync(join(folder, 'empty.json'), '');
    const before = files();
    for (const [name, message] of [
      ['cp.json', /cp\.json is not UTF-8 text: save it/],
      ['wide.json', /wide\.json is not UTF-8 text: save it/],
      ['nan.json', /nan\.json, annotations\[\d+\], is no JSON/],
      ['cut.json', /cut\.json is no JSON .*the file ends here/],
      ['empty.json', /empty\.json is no JSON/],
      ['nowhere.json', /nowhere\.json is not there/],
      ['/dev/null', /is no plain file/],
    ] as const) {
      const { code, stderr } = fromCoco(name, '-o', 'x.uscdf.jsonl');
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/should not/);
      expect(code).toBe(2);
    }
    expect(files()).toEqual(before);
  });
});

it('takes a byte-order mark and CRLF', () => {
  fromCoco('instances.json', '-o', 'plain.uscdf.jsonl');
  const lines = JSON.stringify(coco, null, 1).replaceAll('\n', '\r\n');
  writeFileSync(join(folder, 'instances.json'), `\ufeff${lines}`);
  expect(fromCoco('instances.json', '-o', 'marked.uscdf.jsonl').code).toBe(0);
  expect(read('marked.uscdf.jsonl')).toBe(read('plain.uscdf.jsonl'));
  writeFileSync(join(folder, 'w.uscdf.jsonl'), `\ufeff${read('plain.uscdf.jsonl').replaceAll('\n', '\r\n')}`);
  expect(convert('w.uscdf.jsonl', '-o', 'back.uscdf.jsonl').code).toBe(0);
  expect(read('back.uscdf.jsonl')).toBe(read('plain.uscdf.jsonl'));
});

it('keeps label maps, sidecars and photographs found from another folder', () => {
  mkdirSync(join(folder, 'data'));
  writeFileSync(
    join(folder, 'data/labels.png'),
    encode({ width: 2, height: 2, channels: 1, data: new Uint8Array([0, 7, 7, 0]) }),
  );
  writeFileSync(join(folder, 'data/side.json'), JSON.stringify([{ file: 'labels.png', value: 7 }]));
  const conversations = [
    { from: 'human', value: '<image>\nCan you segment the dog?' },
    { from: 'gpt', value: '<p> the dog </p> [SEG]' },
  ];
  const record = { image: 'labels.png', width: 2, height: 2, conversations };
  const records = [
    { id: 'a', ...record, masks: [{ file: 'labels.png', value: 7 }] },
    { id: 'b', ...record, masks: 'side.json' },
    { id: 'c', ...record, masks: 'gone.json' },
  ];
  writeFileSync(join(folder, 'data/x.uscdf.jsonl'), records.map((each) => JSON.stringify(each)).join('\n'));
  expect(convert('data/x.uscdf.jsonl', 'data/x.uscdf.jsonl', '-o', 'out/y.uscdf.json').code).toBe(0);
  const written = JSON.parse(read('out/y.uscdf.json')) as readonly { image: string; masks: unknown }[];
  const mask = { file: '../data/labels.png', value: 7 };
  expect(written.map(({ masks }) => masks)).toEqual([[mask], [mask], '../data/gone.json']);
  expect(written.map(({ image }) => image)).toEqual(records.map(() => '../data/labels.png'));
});

it('keeps the last good output where the input is of another kind, and reports every item', () => {
  writeFileSync(join(folder, 'x.uscdf.jsonl'), 'good');
  const { code, stderr } = convert('--from', 'llava', 'instances.json', '-o', 'x.uscdf.jsonl', '--report', 'r.json');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^nothing was written, .* --from llava/);
  expect(read('x.uscdf.jsonl')).toBe('good');
  expect(JSON.parse(read('r.json'))).toMatchObject({
    outputs: [],
    records: 0,
    counts: { rejected: { 'no-conversations': 1 } },
  });
});

it('says that there was nothing to convert', () => {
  writeFileSync(join(folder, 'none.json'), '[]');
  const { code, stderr } = convert('--from', 'llava', 'none.json', '-o', 'x.uscdf.json');
  expect(code).toBe(0);
  expect(stderr).toMatch(/^the input holds no item, .*x\.uscdf\.json holds no record: check the path/);
  expect(JSON.parse(read('x.uscdf.json'))).toEqual([]);
});

it('writes through a link, and keeps permissions', () => {
  writeFileSync(join(folder, 'real.uscdf.jsonl'), '');
  chmodSync(join(folder, 'real.uscdf.jsonl'), 0o640);
  symlinkSync('real.uscdf.jsonl', join(folder, 'link.uscdf.jsonl'));
  expect(fromCoco('instances.json', '-o', 'link.uscdf.jsonl').code).toBe(0);
  expect(lstatSync(join(folder, 'link.uscdf.jsonl')).isSymbolicLink()).toBe(true);
  expect(statSync(join(folder, 'real.uscdf.jsonl')).mode & 0o777).toBe(0o640);
  expect(read('real.uscdf.jsonl').trim().split('\n')).toHaveLength(coco.images.length);
});

it('writes more files than a process may hold open', () => {
  const lines = Array.from({ length: 300 }, (_, i) => ({
    ...{ id: `r${i}`, image: `${i}.png`, width: 2, height: 2 },
    conversations: [
      { from: 'human', value: '<image>\nCan you segment the dog?' },
      { from: 'gpt', value: '<p> the dog </p> [SEG]' },
    ],
    masks: [{ size: [2, 2], counts: [0, 2, 2] }],
  }));
  writeFileSync(join(folder, 'x.uscdf.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));
  const { status } = spawnLimited(['convert', 'x.uscdf.jsonl', '--to', 'coco-panoptic', '-o', 'out']);
  return status.then((code) => {
    expect(code).toBe(0);
    expect(readdirSync(join(folder, 'out/panoptic'))).toHaveLength(lines.length);
  });
});

/** With 128 files open at most. */
function spawnLimited(args: readonly string[]) {
  const quoted = [process.execPath, COMMAND, ...args].map((arg) => `'${arg}'`).join(' ');
  const child = spawn('sh', ['-c', `ulimit -n 128; exec ${quoted}`], { cwd: folder, stdio: 'ignore' });
  return { status: new Promise<number | null>((done) => child.once('close', done)) };
}

describe('stopped in the middle', () => {
  const copies = 600;
  beforeEach(() => {
    const many = {
      ...coco,
      images: Array.from({ length: copies }, (_, k) =>
        coco.images.map((image) => ({ ...image, id: image.id + k * 1e6 })),
      ).flat(),
      annotations: Array.from({ length: copies }, (_, k) =>
        coco.annotations.map((each) => ({ ...each, image_id: each.image_id + k * 1e6 })),
      ).flat(),
    };
    writeFileSync(join(folder, 'many.json'), JSON.stringify(many));
    writeFileSync(join(folder, 'x.uscdf.jsonl'), 'good');
  });

  it('by a signal leaves everything as it was, and says so', async () => {
    const before = files();
    const child = spawn(
      process.execPath,
      [COMMAND, 'convert', '--from', 'coco-instances', 'many.json', '-o', 'x.uscdf.jsonl'],
      {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
    });
    const ended = new Promise((done) => child.once('close', done));
    while (files().length === before.length) await new Promise((done) => setTimeout(done, 20));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(said).toMatch(/stopped; nothing was written/);
    expect(files()).toEqual(before);
    expect(read('x.uscdf.jsonl')).toBe('good');
  });

  it('by the editor leaves everything as it was', async () => {
    const before = files();
    const abort = new AbortController();
    const request = {
      from: 'coco-instances',
      to: 'uscdf',
      inputs: [join(folder, 'many.json')],
      output: join(folder, 'x.uscdf.jsonl'),
    };
    const end = await runConversion(COMMAND, request, {
      report: join(root, 'report.json'),
      signal: abort.signal,
      onProgress: (share) => share > 0 && abort.abort(),
      graceMs: 60_000,
    });
    expect(end).toEqual({ kind: 'cancelled' });
    expect(files()).toEqual(before);
    expect(read('x.uscdf.jsonl')).toBe('good');
  });
});

it('gives the editor its report, or a sentence', async () => {
  const options = { report: join(root, 'report.json'), signal: new AbortController().signal };
  const request = {
    from: 'coco-instances',
    to: 'uscdf',
    inputs: [join(folder, 'instances.json')],
    output: join(folder, 'x.uscdf.jsonl'),
  };
  const shares: number[] = [];
  const end = await runConversion(COMMAND, request, { ...options, onProgress: (share) => shares.push(share) });
  expect(end).toMatchObject({
    kind: 'report',
    report: { records: coco.images.length, masks: things, outputs: [request.output] },
  });
  expect(shares.at(-1)).toBe(1);
  const gone = { ...request, inputs: [join(folder, 'nowhere.json')] };
  const failed = await runConversion(COMMAND, gone, { ...options, onProgress: () => undefined });
  expect(failed).toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/^.*nowhere\.json is not there: check the path\.$/),
  });
  expect(existsSync(options.report)).toBe(false);
});
