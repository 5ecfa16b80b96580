/** What the command does with files that are odd, locked or changing, as docs/cli.md says. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMAND, uscdf } from './command.ts';

const sample = fileURLToPath(new URL('../../samples/first-look.uscdf', import.meta.url));
const record = (answer: string, image = 'a.jpg', masks = '[]') =>
  `{"id": "r", "image": "${image}", "conversations": [{"from": "human", "value": "<image>\\nPlease describe the image."}, {"from": "gpt", "value": "${answer}"}], "masks": ${masks}}`;
const BAD = record('A dog <p></p> runs.');
const FIXED = record('A dog runs.');
const MESSY = record("Sorry, I don't see any dog, cat and cow in this image.");
const TIDY = MESSY.replace('cat and', 'cat, and');
const isWindows = process.platform === 'win32';
/** Permissions do not bind the superuser. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

let folder: string;
const file = (name: string, text: string | Buffer) => {
  writeFileSync(join(folder, name), text);
  return name;
};
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const run = (args: readonly string[], input?: string | Buffer) =>
  uscdf(args, { cwd: folder, timeout: 20_000, ...(input !== undefined && { input }) });
/** As an ordinary user, who may read the command. */
const runAsNobody = (args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-', ...args], {
    cwd: folder,
    input: readFileSync(COMMAND),
    encoding: 'utf8',
    timeout: 20_000,
    ...nobody,
  });
  return { code: status, stdout, stderr };
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(isWindows)('what is no file is never opened', () => {
  it.each([
    ['an image', (path: string) => record('A dog.', path)],
    [
      'a label map',
      (path: string) => record('<p> A dog </p> [SEG].', 'a.png', `[{"size": [2, 2], "file": "${path}", "value": 1}]`),
    ],
    ['a sidecar', (path: string) => record('A dog.', 'a.png').replace('"masks": []', `"masks": "${path}"`)],
  ])('%s that is a pipe or a device', (_, recordWith) => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    for (const path of ['pipe', '/dev/zero']) {
      file('a.uscdf.jsonl', recordWith(path));
      const { code, stdout } = run(['lint', '--fail-on', 'warning', 'a.uscdf.jsonl']);
      expect(code).toBe(1);
      expect(stdout).toContain(`${path} is a pipe or a device, not a file: name a file.`);
    }
  });

  it('a USCDF file or a config file that is a pipe', () => {
    execFileSync('mkfifo', [join(folder, 'a.uscdf'), join(folder, 'uscdf.config.json')]);
    for (const args of [['lint'], ['format', '--check'], ['preview', '-o', 'out']]) {
      const { code, stderr } = run([...args, 'a.uscdf']);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^uscdf \w+: a\.uscdf is a pipe or a device, not a file: .*\n$/);
    }
    // The folder holds nothing else.
    expect(run(['lint', '.'])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('lint --fix -', () => {
  it.each(['text', 'json', 'jsonl', 'sarif', 'github'])(
    'prints the mended text, and the report as %s on stderr',
    (format) => {
      const args = ['lint', '--no-images', '--fix', '--format', format, '--stdin-filename', 'a.uscdf.jsonl', '-'];
      const left = record('A <p> dog </p> [SEG].').replace('"id": "r"', '"id": 3');
      const { code, stdout, stderr } = run(args, `\ufeff${BAD}\r\n${left}`);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^\ufeff\{[^\n]*\r\n\{[^\n]*\}$/);
      expect(stdout.split('\r\n')[0]!.slice(1)).toBe(FIXED);
      expect(stderr).toContain('mask-count');
    },
  );

  it('passes bytes that are no UTF-8 as they came', () => {
    const bytes = Buffer.concat([Buffer.from(BAD), Buffer.from([10, 0xff, 10])]);
    const { status, stdout } = spawnSync(
      process.execPath,
      [COMMAND, 'lint', '--no-images', '--fix', '--stdin-filename', 'a.uscdf.jsonl', '-'],
      { input: bytes, cwd: folder },
    );
    expect(status).toBe(1);
    expect(stdout.equals(bytes)).toBe(true);
  });
});

describe.skipIf(isWindows)('permissions', () => {
  it.each([
    ['lint --fix', ['lint', '--no-images', '--fix'], BAD],
    ['format --write', ['format', '--write'], MESSY],
  ])('%s leaves a file that may not be written', (_, args, text) => {
    file('a.uscdf.jsonl', text);
    chmodSync(folder, 0o777);
    chmodSync(join(folder, 'a.uscdf.jsonl'), 0o444);
    const before = statSync(join(folder, 'a.uscdf.jsonl'));
    const { code, stdout, stderr } = runAsNobody([...args, 'a.uscdf.jsonl']);
    expect(stderr).toMatch(/^uscdf \w+: a\.uscdf\.jsonl may not be written: .*\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(read('a.uscdf.jsonl')).toBe(text);
    const { ino, uid } = statSync(join(folder, 'a.uscdf.jsonl'));
    expect({ ino, uid }).toEqual({ ino: before.ino, uid: before.uid });
  });

  it.skipIf(process.getuid?.() !== 0)('the owner and the group stay', () => {
    file('a.uscdf.jsonl', BAD);
    execFileSync('chown', ['1234:2345', join(folder, 'a.uscdf.jsonl')]);
    expect(run(['lint', '--no-images', '--fix', 'a.uscdf.jsonl']).code).toBe(0);
    expect(read('a.uscdf.jsonl')).toBe(FIXED);
    expect(statSync(join(folder, 'a.uscdf.jsonl'))).toMatchObject({ uid: 1234, gid: 2345 });
  });

  it('a folder that cannot be read is named, and the others are worked on', () => {
    mkdirSync(join(folder, 'shut'));
    file('a.uscdf.jsonl', BAD);
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'shut'), 0);
    const { code, stdout, stderr } = runAsNobody(['lint', '--no-images', '.']);
    chmodSync(join(folder, 'shut'), 0o755);
    expect(code).toBe(2);
    expect(stdout).toContain('empty-phrase');
    expect(stderr).toBe(
      'uscdf lint: shut/: this folder cannot be read (EACCES). Change its permissions, or leave it out.\n',
    );
  });
});

describe('format of what does not parse', () => {
  it('names each place, formats the other records, and ends with 2', () => {
    const text = `${MESSY}\n{"id": \n${TIDY}\n{"a" 1}\n`;
    file('a.uscdf.jsonl', text);
    file('b.uscdf.json', '{');
    const places = [/^uscdf format: a\.uscdf\.jsonl:2: /, /^uscdf format: a\.uscdf\.jsonl:4: /, /b\.uscdf\.json:1: /];
    const lines = (stderr: string) => stderr.trimEnd().split('\n');
    const check = run(['format', '--check', '.']);
    expect(check).toMatchObject({ code: 2, stdout: 'a.uscdf.jsonl\n' });
    expect(lines(check.stderr)).toEqual(places.map((place) => expect.stringMatching(place)));
    const printed = run(['format', 'a.uscdf.jsonl']);
    expect(printed).toMatchObject({ code: 2, stdout: text.replace(MESSY, TIDY) });
    const written = run(['format', '--write', '.']);
    expect(written.code).toBe(2);
    expect(lines(written.stderr)).toHaveLength(3);
    expect(read('a.uscdf.jsonl')).toBe(text.replace(MESSY, TIDY));
    expect(read('b.uscdf.json')).toBe('{');
  });
});

describe('one sentence, once', () => {
  it.each(['lint', 'format'])('%s refuses a config file that is not there before anything else', (command) => {
    const { code, stdout, stderr } = run([command, '--config', 'gone.json', '.']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`uscdf ${command}: --config gone.json: the file cannot be read: check the path.\n`);
  });

  it('a broken config file is reported once for all files', () => {
    mkdirSync(join(folder, 'deep'));
    for (const name of ['a.uscdf', 'b.uscdf', 'deep/c.uscdf']) file(name, '');
    file('uscdf.config.json', '{');
    for (const args of [['lint'], ['format', '--check']]) {
      const { code, stdout, stderr } = run([...args, '.']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });

  it('no sum where nothing could be read, but whole objects for programs', () => {
    expect(run(['lint', 'gone.uscdf'])).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(run(['lint', '--format', 'json', 'gone.uscdf']).stdout)).toMatchObject({ findings: [] });
  });

  it.each([
    [['lnt'], "uscdf: unknown command 'lnt': write lint, or see `uscdf --help`."],
    [
      ['zzz'],
      "uscdf: unknown command 'zzz': write one of lint, format, preview, annotate, evaluate, convert, label, models, stats, duplicates, leaks, split, merge, agreement; see `uscdf --help`.",
    ],
    [
      ['lint'],
      "uscdf lint: missing required argument 'path': write files, folders, globs, or -; see `uscdf lint --help`.",
    ],
    [['lint', '--frmat', '.'], "uscdf lint: unknown option '--frmat': write --format, or see `uscdf lint --help`."],
    [
      ['format', '--qqq'],
      "uscdf format: unknown option '--qqq': leave it out, or see `uscdf format --help` for those there are.",
    ],
    [
      ['preview', '.'],
      "uscdf preview: required option '-o, --output <file.png|folder>' not specified: add it; see `uscdf preview --help`.",
    ],
    [
      ['lint', '.', '--config'],
      "uscdf lint: option '--config <file>' argument missing: write a value after it; see `uscdf lint --help`.",
    ],
  ])('%j', (args, message) => {
    expect(run(args)).toEqual({ code: 2, stdout: '', stderr: `${message}\n` });
  });

  it.skipIf(!existsSync('/dev/full'))('standard output that is full', () => {
    file('a.uscdf.jsonl', BAD);
    const full = openSync('/dev/full', 'w');
    try {
      for (const args of [['lint', '--no-images'], ['format']]) {
        const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...args, 'a.uscdf.jsonl'], {
          cwd: folder,
          stdio: ['ignore', full, 'pipe'],
          encoding: 'utf8',
        });
        expect(status).toBe(2);
        expect(stderr).toMatch(/^uscdf: standard output cannot be written \(ENOSPC\): .*\n$/);
      }
    } finally {
      closeSync(full);
    }
  });

  it.each([
    ['one.jpg', /^uscdf preview: -o one\.jpg: pictures are written as PNG only: name a \.png, or a folder\.\n$/],
    ['notes.txt', /^uscdf preview: -o notes\.txt is a file, and no \.png: name a \.png, or a folder\.\n$/],
  ])('preview -o %s', (output, message) => {
    file('notes.txt', 'mine');
    const { code, stderr } = run(['preview', sample, '-o', output]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, 'one.jpg'))).toBe(false);
    expect(read('notes.txt')).toBe('mine');
  });
});
