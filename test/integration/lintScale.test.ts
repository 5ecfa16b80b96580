/** `uscdf lint` in blocks, on several threads, in shards: what it finds is what it finds in one piece. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtBundles } from './builtBundles.ts';
import { COMMAND, type LintOutput, type Ran, uscdf } from './command.ts';

let folder: string;
beforeAll(builtBundles, 120_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-scale-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return name;
};
const read = (name: string): Buffer => readFileSync(join(folder, name));

/** Runs the command with blocks of so many bytes, so that a small file is many blocks, and threads begin at two. */
function lint(args: readonly string[], blockBytes?: number, input?: Buffer): Ran {
  return uscdf(['lint', '--no-images', ...args], {
    cwd: folder,
    timeout: 60_000,
    ...(input !== undefined && { input }),
    env: { ...process.env, ...(blockBytes !== undefined && { USCDF_LINT_BLOCK_BYTES: String(blockBytes) }) },
  });
}
const json = (ran: Ran): LintOutput => JSON.parse(ran.stdout) as LintOutput;

const turn = (answer: string) =>
  `[{"from": "human", "value": "<image>\\nPlease describe the image."}, {"from": "gpt", "value": "${answer}"}]`;
const record = (id: string, answer: string, more = '') =>
  `{"id": "${id}", "image": "${id}.jpg", "conversations": ${turn(answer)}, "masks": []${more}}`;

const ids = fc.constantFrom('a', 'b', 'ü', '😀', 'e', 'f', 'g');
const lines = fc.oneof(
  fc
    .tuple(ids, fc.constantFrom('A dog.', 'A <p></p> dog.', '😀 a [seg] dog', 'ü</p>'))
    .map(([id, answer]) => record(id, answer)),
  fc
    .tuple(ids, ids)
    .map(([id, parent]) => record(id, 'A dog.', `, "task": "mgsc", "parent": "${parent}", "target": "dog"`)),
  fc.constantFrom('', '  ', '{"id": ', '{"id": 3}', '\ufeff', `  ${record('x', 'A <p></p> dog.')}\t`),
);
const endings = fc.constantFrom('\n', '\n', '\r\n', '\r');
const texts = fc
  .tuple(
    fc.constantFrom('', '\ufeff'),
    fc.array(fc.tuple(lines, endings), { maxLength: 25 }),
    fc.constantFrom('', record('last', 'A <p></p>')),
  )
  .map(([mark, all, last]) => Buffer.from(mark + all.flat().join('') + last));
const invalid = fc.constantFrom(Buffer.from([]), Buffer.from([]), Buffer.from([0xff, 10]));
const files = fc.tuple(texts, invalid, texts).map((parts) => Buffer.concat(parts));

describe('blocks and threads', () => {
  it('find what one piece in memory has, in its order and at its places', () => {
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 400 }), (bytes, blockBytes) => {
        file('a.uscdf.jsonl', bytes);
        const whole = lint(['--format', 'json', '--stdin-filename', 'a.uscdf.jsonl', '-'], undefined, bytes);
        for (const jobs of ['1', '3']) {
          const blocks = lint(['--format', 'json', '--jobs', jobs, 'a.uscdf.jsonl'], blockBytes);
          expect(json(blocks)).toEqual(json(whole));
          expect(blocks.code).toBe(whole.code);
        }
        const piped = lint(['--format', 'json', '--stdin-filename', 'a.uscdf.jsonl', '-'], blockBytes, bytes);
        expect(json(piped)).toEqual(json(whole));
      }),
      { numRuns: 8 },
    );
  });

  it('mend what one piece in memory mends', () => {
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 400 }), (bytes, blockBytes) => {
        file('whole.uscdf.jsonl', bytes);
        file('blocks.uscdf.jsonl', bytes);
        const whole = json(lint(['--format', 'json', '--fix', 'whole.uscdf.jsonl']));
        const blocks = json(lint(['--format', 'json', '--fix', '--jobs', '3', 'blocks.uscdf.jsonl'], blockBytes));
        expect(read('blocks.uscdf.jsonl').equals(read('whole.uscdf.jsonl'))).toBe(true);
        expect(blocks.summary).toEqual(whole.summary);
        expect(readdirSync(folder).sort()).toEqual(['blocks.uscdf.jsonl', 'whole.uscdf.jsonl']);
      }),
      { numRuns: 6 },
    );
  });

  it('spread many files, and report them in the order of their names', () => {
    const names = Array.from(
      { length: 30 },
      (_, i) => `${String(i).padStart(2, '0')}.uscdf${['', '.json', '.jsonl'][i % 3]}`,
    );
    const bad = record('r', 'A <p></p> dog.');
    for (const name of names) {
      file(
        name,
        name.endsWith('json')
          ? `[\n${bad}]`
          : name.endsWith('jsonl')
            ? bad
            : '---\nid: r\nimage: a.jpg\n---\nUser: <image>\nHi.\nAssistant: A <p></p> dog.\n',
      );
    }
    const one = json(lint(['--format', 'json', '--jobs', '1', '.']));
    const many = json(lint(['--format', 'json', '--jobs', '4', '.'], 100));
    expect(many).toEqual(one);
    expect(many.summary).toMatchObject({ files: 30, records: 30 });
    expect(new Set(many.findings.map((finding) => finding.file))).toEqual(new Set(names));
  });

  it.each(['text', 'jsonl', 'sarif', 'github'])('print the same as %s', (format) => {
    file('a.uscdf.jsonl', Array.from({ length: 40 }, (_, i) => record(`r${i % 30}`, 'A <p></p> dog.')).join('\r\n'));
    const { stdout, code } = lint(['--format', format, '--jobs', '1', 'a.uscdf.jsonl']);
    expect(code).toBe(1);
    expect(stdout).toContain('duplicate-id');
    expect(lint(['--format', format, '--jobs', '3', 'a.uscdf.jsonl'], 333)).toEqual({ code, stdout, stderr: '' });
  });

  it('mends piped text in blocks', () => {
    const text = Array.from({ length: 40 }, (_, i) => record(`r${i}`, 'A <p></p> dog.')).join('\r\n');
    const args = ['--fix', '--stdin-filename', 'a.uscdf.jsonl', '-'];
    const { stdout, stderr, code } = lint(args, 100, Buffer.from(`\ufeff${text}`));
    expect(stdout).toBe(`\ufeff${text.replaceAll('<p></p> ', '')}`);
    expect(stderr).toBe('40 records in 1 file: nothing to report\n');
    expect(code).toBe(0);
  });
});

describe('--shard', () => {
  it('parts the lines among the shards: together they report each finding once', () => {
    fc.assert(
      fc.property(
        texts,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 400 }),
        (bytes, shards, blockBytes) => {
          file('a.uscdf.jsonl', bytes);
          file('b.uscdf.json', `[${record('r', 'A <p></p> dog.')}, ${record('r', 'A dog.')}]`);
          const whole = json(lint(['--format', 'json', '.']));
          const parts = Array.from({ length: shards }, (_, i) =>
            json(lint(['--format', 'json', '--jobs', '2', '--shard', `${i + 1}/${shards}`, '.'], blockBytes)),
          );
          const key = (finding: unknown) => JSON.stringify(finding);
          expect(parts.flatMap((part) => part.findings.map(key)).sort()).toEqual(whole.findings.map(key).sort());
          expect(parts.reduce((sum, part) => sum + part.summary.records, 0)).toBe(whole.summary.records);
        },
      ),
      { numRuns: 4 },
    );
  });
});

describe('--scope', () => {
  it('runs only the rules of the scopes that are named', () => {
    file('a.uscdf.jsonl', `${record('r', 'A <p></p> dog.')}\n${record('r', 'A dog.')}\n{"id": `);
    const codes = (scope: string) =>
      json(lint(['--format', 'json', '--scope', scope, 'a.uscdf.jsonl'])).findings.map((finding) => finding.code);
    expect(codes('turn')).toEqual(['empty-phrase']);
    expect(codes('file')).toEqual(['duplicate-id']);
    expect(codes('record')).toEqual(['syntax']);
    expect(codes('pixels')).toEqual([]);
    expect(codes('turn,file')).toEqual(['empty-phrase', 'duplicate-id']);
  });
});

describe('wrong use', () => {
  it.each([
    [['--scope', 'words', '.'], /"words" is no scope: write some of turn,record,file,pixels/],
    [['--shard', '3/2', '.'], /write i\/n, for example 2\/8/],
    [['--shard', '0/2', '.'], /write i\/n/],
    [['--jobs', 'many', '.'], /write the number of threads/],
    [['--jobs', '0', '.'], /from 1 to 999/],
    [['--shard', '1/2', '--fix', '.'], /do not go together/],
    [['--shard', '1/2', '--stdin-filename', 'a.uscdf', '-'], /--shard needs files/],
  ])('%j', (args, message) => {
    const { code, stderr, stdout } = lint(args);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(message)]);
    expect(stdout).toBe('');
  });

  it.skipIf(process.platform === 'win32')('a folder below a glob that may not be read', () => {
    mkdirSync(join(folder, 'locked'), { mode: 0o700 });
    file('a.uscdf.jsonl', record('r', 'A dog.'));
    chmodSync(folder, 0o755);
    // Permissions do not bind the superuser.
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    if (process.getuid?.() !== 0) chmodSync(join(folder, 'locked'), 0);
    const args = ['-', 'lint', '--no-images', '**/*.uscdf.jsonl'];
    const options = { cwd: folder, input: readFileSync(COMMAND), encoding: 'utf8', ...nobody } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
    chmodSync(join(folder, 'locked'), 0o755);
    expect(stderr).toBe(
      'uscdf lint: locked: this folder cannot be read (EACCES). Change its permissions, or leave it out.\n',
    );
    expect([status, stdout]).toEqual([2, '1 record in 1 file: nothing to report\n']);
  });
});

describe('large input', () => {
  /** A file of so many megabytes, a finding a record, and a repeated id at its end. */
  function largeFile(megabytes: number): { readonly name: string; readonly records: number } {
    const handle = openSync(join(folder, 'large.uscdf.jsonl'), 'w');
    const filler = 'x'.repeat(900);
    let records = 0;
    for (let bytes = 0; bytes < megabytes * 1e6; ) {
      const block: string[] = [];
      for (let i = 0; i < 2000; i++)
        block.push(`${record(`r${records++}`, 'A <p></p> dog.', `, "note": "${filler}"`)}\n`);
      bytes += writeSync(handle, block.join(''));
    }
    writeSync(handle, record('r0', 'A <p></p> dog.'));
    closeSync(handle);
    return { name: 'large.uscdf.jsonl', records: records + 1 };
  }

  it('200 MB in a heap of 60 MB, each finding at its line, as json', () => {
    const { name, records } = largeFile(200);
    const out = join(folder, 'out.json');
    const args = ['--max-old-space-size=60', COMMAND, 'lint', '--jobs', '2', '--no-images', '--format', 'json', name];
    expect(() =>
      execFileSync(process.execPath, args, { cwd: folder, stdio: ['ignore', openSync(out, 'w'), 'pipe'] }),
    ).toThrow(expect.objectContaining({ status: 1 }));
    const { summary, findings } = JSON.parse(readFileSync(out, 'utf8')) as LintOutput;
    expect(summary).toMatchObject({ files: 1, records, errors: records + 1 });
    const phrases = findings.slice(0, -1);
    expect(phrases.every((finding, i) => finding.code === 'empty-phrase' && finding.range.start.line === i)).toBe(true);
    expect(findings.at(-1)).toMatchObject({
      code: 'duplicate-id',
      record: 'r0',
      range: { start: { line: records - 1 } },
    });
  });

  it('is mended, and nothing else changes', () => {
    const { name, records } = largeFile(30);
    const before = read(name).toString();
    const { code, stdout } = lint(['--fix', '--rule', 'duplicate-id=off', name]);
    expect([code, stdout]).toEqual([0, `${records} records in 1 file: nothing to report\n`]);
    expect(read(name).toString() === before.replaceAll('<p></p> ', '')).toBe(true);
  });

  it('ends at once and without a word when its reader has seen enough', async () => {
    const { name } = largeFile(30);
    const child = spawn(process.execPath, [COMMAND, 'lint', '--jobs', '2', '--no-images', '--format', 'jsonl', name], {
      cwd: folder,
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect([code, stderr]).toEqual([0, '']);
  });

  it('says what to do where no temporary file can be written', () => {
    const { name } = largeFile(10);
    const env = { ...process.env, TMPDIR: join(folder, 'gone'), TEMP: join(folder, 'gone'), TMP: join(folder, 'gone') };
    const message =
      /^uscdf lint: no temporary file can be written in .*gone \(ENOENT\): make room there, or set TMPDIR/;
    const args = ['lint', '--no-images', '--format'];
    const report = uscdf([...args, 'json', name], { cwd: folder, env });
    expect(report.code).toBe(2);
    expect(report.stderr.trim().split('\n')).toEqual([expect.stringMatching(message)]);
    const piped = [...args, 'text', '--stdin-filename', name, '-'];
    expect(uscdf(piped, { cwd: folder, env, input: read(name) })).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
    expect(uscdf([...args, 'jsonl', name], { cwd: folder, env }).code).toBe(1);
  });

  it('leaves no temporary file behind, also when it is interrupted', async () => {
    const { name } = largeFile(30);
    const before = statSync(join(folder, name)).size;
    const child = spawn(process.execPath, [COMMAND, 'lint', '--fix', '--no-images', name], { cwd: folder });
    while (readdirSync(folder).length < 2 && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(130);
    expect(readdirSync(folder)).toEqual([name]);
    expect(statSync(join(folder, name)).size).toBe(before);
  });
});
