/** action.yml and .pre-commit-hooks.yaml: what they start is there and does what they promise. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { builtBundles, DIST, REPOSITORY } from './builtBundles.ts';
import { COMMAND } from './command.ts';

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly { readonly run?: string; readonly env?: Readonly<Record<string, string>> }[];
  };
}

const read = (name: string): string => readFileSync(join(REPOSITORY, name), 'utf8');
let folder: string;
beforeAll(async () => {
  await builtBundles();
  folder = mkdtempSync(join(tmpdir(), 'uscdf-hooks-'));
  copyFileSync(join(REPOSITORY, 'samples', 'mistakes.uscdf.jsonl'), join(folder, 'bad.uscdf.jsonl'));
  writeFileSync(join(folder, 'tidy.uscdf.json'), '[]');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('.pre-commit-hooks.yaml', () => {
  const hooks = parse(read('.pre-commit-hooks.yaml')) as readonly Hook[];
  const bin = (JSON.parse(read('package.json')) as { readonly bin: Readonly<Record<string, string>> }).bin;

  /** Starts a hook's entry with file names behind it, as pre-commit does. */
  function start(id: string, files: readonly string[]) {
    const { entry, language } = hooks.find((hook) => hook.id === id)!;
    expect(language).toBe('node');
    const [program = '', ...args] = entry.split(' ');
    const command = join(REPOSITORY, bin[program]!);
    const { status, stdout } = spawnSync(process.execPath, [command, ...args, ...files], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stdout };
  }

  it('uscdf-lint reports', () => {
    const { status, stdout } = start('uscdf-lint', ['bad.uscdf.jsonl', 'tidy.uscdf.json']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^bad\.uscdf\.jsonl:1:251 error unclosed-tag/m);
  });

  it('uscdf-format writes, which makes pre-commit stop', () => {
    copyFileSync(join(folder, 'bad.uscdf.jsonl'), join(folder, 'messy.uscdf.jsonl'));
    const before = readFileSync(join(folder, 'messy.uscdf.jsonl'), 'utf8');
    expect(start('uscdf-format', ['tidy.uscdf.json', 'messy.uscdf.jsonl']).stdout).toBe('messy.uscdf.jsonl\n');
    expect(readFileSync(join(folder, 'messy.uscdf.jsonl'), 'utf8')).not.toBe(before);
    expect(readFileSync(join(folder, 'tidy.uscdf.json'), 'utf8')).toBe('[]');
    rmSync(join(folder, 'messy.uscdf.jsonl'));
  });

  it('look at the three kinds of file and no other', () => {
    for (const { files } of hooks) {
      const fits = new RegExp(files);
      for (const name of ['a.uscdf', 'b/a.uscdf.json', 'a.uscdf.jsonl']) expect(fits.test(name)).toBe(true);
      for (const name of ['a.json', 'a.uscdf.txt', 'uscdf.config.json', 'auscdf']) expect(fits.test(name)).toBe(false);
    }
  });
});

describe.skipIf(process.platform === 'win32')('action.yml', () => {
  const action = parse(read('action.yml')) as Action;
  const step = action.runs.steps.at(-1)!;

  /** Runs the last step as the runner does: inputs put into its variables, its script given to bash. */
  function run(inputs: Readonly<Record<string, string>>) {
    const values = {
      ...Object.fromEntries(Object.entries(action.inputs).map(([name, each]) => [name, each.default])),
      ...inputs,
    };
    const env = Object.entries(step.env!).map(([name, text]): [string, string] => [
      name,
      text
        .replace(/\$\{\{ github\.action_path \}\}/, REPOSITORY)
        .replace(/\$\{\{ inputs\.([a-z-]+) \}\}/, (_, input: string) => values[input]!),
    ]);
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', step.run!], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...Object.fromEntries(env) },
    });
    return { status, stdout, stderr };
  }

  it('reads each of its inputs', () => {
    const used = Object.values(step.env!).flatMap((text) =>
      [...text.matchAll(/inputs\.([a-z-]+)/g)].map(([, name]) => name),
    );
    expect(used.sort()).toEqual(Object.keys(action.inputs).sort());
    expect(action.runs.using).toBe('composite');
    expect(step.env!['USCDF_COMMAND']).toMatch(/^\$\{\{ github\.action_path \}\}\/dist\/uscdf\.cjs$/);
    expect(join(DIST, 'uscdf.cjs')).toBe(COMMAND);
  });

  it('shows findings as annotations and fails', () => {
    const { status, stdout } = run({ paths: 'bad.uscdf.jsonl\ntidy.uscdf.json\n', images: 'false' });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^::error file=bad\.uscdf\.jsonl,line=1,/);
  });

  it('hands on rules, shards and what is no command', () => {
    const hostile = '$(touch hacked); `touch hacked`';
    expect(run({ paths: hostile }).status).toBe(2);
    expect(execFileSync('ls', { cwd: folder, encoding: 'utf8' })).not.toContain('hacked');
    expect(run({ paths: '-x' }).stderr).toContain('-x: no such file');
    const rules = 'unclosed-tag=off\nmalformed-token=off\n';
    const { stdout } = run({ rules, images: 'false', format: 'jsonl', shard: '1/1' });
    expect(stdout).toContain('mask-count');
    expect(stdout).not.toMatch(/unclosed-tag|malformed-token/);
  });

  it('writes a file for code scanning', () => {
    const { status, stdout } = run({ format: 'sarif', output: 'found.sarif', images: 'false' });
    expect([status, stdout]).toEqual([1, '']);
    expect(JSON.parse(readFileSync(join(folder, 'found.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
  });
});
