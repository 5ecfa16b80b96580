/** `uscdf format` on each file kind: `--check` names what would change and changes nothing, `--write` keeps every other byte. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FILE_KINDS } from '../../core/testing/fixtures.ts';
import { textOf } from '../../core/testing/marked.ts';
import { builtBundles } from './builtBundles.ts';
import { type Ran, uscdf } from './command.ts';
import { answered, ENDING } from './photoFolder.ts';

const LOOSE =
  'Sure, <p>horse</p>[SEG], <p> mane </p> [SEG] and <p>rider</p> [SEG]. But I do not see any zebra in this image.';
const CANONICAL =
  "Sure, <p> horse </p> [SEG], <p> mane </p> [SEG], and <p> rider </p> [SEG]. But I don't see any zebra in this image.";

let folder: string;

beforeAll(() => builtBundles());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-format-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]): Ran => uscdf(['format', ...args], { cwd: folder });

/** Every file below the folder with its bytes and the time of its last change. */
function state(): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.uscdf'));
  return new Map(
    names.map((name) => {
      const path = join(folder, name);
      return [name, `${statSync(path).mtimeMs} ${readFileSync(path).toString('base64')}`];
    }),
  );
}

describe.each(FILE_KINDS)('uscdf format of a %s', (kind) => {
  const text = (answer: string) =>
    `\ufeff${textOf(kind, [answered(answer, { own: { b: 1, a: '<p>x</p>[SEG]' } }), answered(answer, { id: 'b' })])}`.replaceAll(
      '\n',
      '\r\n',
    );
  const name = (base: string) => base + ENDING[kind];

  it('--check names the files that would change, exits with 1, and changes nothing', () => {
    mkdirSync(join(folder, 'below'));
    writeFileSync(join(folder, name('loose')), text(LOOSE));
    writeFileSync(join(folder, 'below', name('loose')), text(LOOSE));
    writeFileSync(join(folder, name('canonical')), text(CANONICAL));
    const before = state();
    expect(run('--check', '.')).toEqual({ code: 1, stdout: `below/${name('loose')}\n${name('loose')}\n`, stderr: '' });
    expect(run('--check', name('canonical'))).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(state()).toEqual(before);
  });

  it('--write changes the answers and not one byte besides', () => {
    writeFileSync(join(folder, name('loose')), text(LOOSE));
    expect(run('--write', '.')).toEqual({ code: 0, stdout: `${name('loose')}\n`, stderr: '' });
    expect(readFileSync(join(folder, name('loose')), 'utf8')).toBe(text(CANONICAL));
    const written = state();
    expect(run('--write', '.')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(state()).toEqual(written);
  });

  it('--check of standard input names it', () => {
    const options = { cwd: folder, input: text(LOOSE) };
    const checked = uscdf(['format', '--check', '--stdin-filename', name('typed'), '-'], options);
    expect(checked).toEqual({ code: 1, stdout: `${name('typed')}\n`, stderr: '' });
  });

  it('leaves a record that does not parse, formats the others, and says so', () => {
    const broken =
      kind === 'uscdf' ? '---\nid: [\n---\nUser: Hi.\nAssistant: <p>x</p>[SEG]\n' : '{"id": "<p>x</p>[SEG]\n';
    const good = textOf(kind === 'json' ? 'jsonl' : kind, [answered(LOOSE)]);
    const whole = kind === 'json' ? `[\n${good.trimEnd()},\n${broken}]\n` : good + broken;
    writeFileSync(join(folder, name('half')), whole);
    const ran = run('--write', '.');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/half/);
    expect(readFileSync(join(folder, name('half')), 'utf8')).toBe(whole.replace(LOOSE, CANONICAL));
  });
});
