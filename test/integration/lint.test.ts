/** `uscdf lint` and `uscdf format` as docs/cli.md says: formats, exit codes, settings, and files left whole. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allRules } from '../../core/rules/index.ts';
import { lintJson, uscdf } from './command.ts';

const samples = fileURLToPath(new URL('../../samples', import.meta.url));
const record = (answer: string, more = '') =>
  `{"id": "tennis-17", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nPlease describe the image."}, {"from": "gpt", "value": "${answer}"}], "masks": []${more}}`;
const GOOD = record('A dog.');
const BAD = record('A dog <p></p> runs.');
const HINT =
  '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nGo."}, {"from": "gpt", "value": "It is <p>dog</p>[SEG]."}], "masks": [{"size": [2, 2], "counts": [1, 3]}]}';

let folder: string;
const file = (name: string, text: string | Buffer) => {
  writeFileSync(join(folder, name), text);
  return name;
};
const run = (args: readonly string[], input?: string) =>
  uscdf(args, { cwd: folder, ...(input !== undefined && { input }) });
const quiet = ['--no-images'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-lint-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('exit codes', () => {
  it('0 for nothing to report, 1 for findings at or above --fail-on, 2 for wrong usage', () => {
    file('good.uscdf.jsonl', GOOD);
    file('bad.uscdf.jsonl', BAD);
    file('hint.uscdf.jsonl', HINT);
    expect(run(['lint', ...quiet, 'good.uscdf.jsonl']).code).toBe(0);
    expect(run(['lint', ...quiet, 'bad.uscdf.jsonl']).code).toBe(1);
    expect(run(['lint', ...quiet, 'hint.uscdf.jsonl']).code).toBe(0);
    expect(run(['lint', ...quiet, '--fail-on', 'hint', 'hint.uscdf.jsonl']).code).toBe(1);
    expect(run(['lint', ...quiet, 'gone.uscdf.jsonl']).code).toBe(2);
  });

  it.each([
    [['lint'], /missing required argument 'path'/],
    [['lint', '--frmat', 'json', '.'], /unknown option '--frmat': write --format,/],
    [['lint', '--format', 'xml', '.'], /Allowed choices are text, json, jsonl, sarif, github/],
    [['lint', '--nope', '.'], /unknown option '--nope': leave it out,/],
    [['lint', 'empty'], /empty: there is no \.uscdf, \.uscdf\.json or \.uscdf\.jsonl file in this folder/],
    [['lint', '--rule', 'mask-cuont=off', '.'], /there is no rule "mask-cuont"; did you mean "mask-count"\?/],
    [['lint', '--rule', 'my-own=off', '.'], /there is no rule "my-own"; the rules are unclosed-tag,/],
    [['lint', '--rule', 'mask-count=loud', '.'], /one of off, hint, information, warning, error/],
    [['lint', '-'], /--stdin-filename/],
    [['lint', 'notes.txt'], /notes\.txt is no USCDF file/],
    [['lint', '--config', 'gone.json', 'a.uscdf'], /gone\.json/],
    [['format', '--check', '--write', '.'], /write one of them/],
    [['lnit'], /unknown command 'lnit'/],
  ])('says in one line what is wrong with %j', (args, message) => {
    file('notes.txt', 'hello');
    file('a.uscdf', '');
    mkdirSync(join(folder, 'empty'));
    file('empty/notes.txt', 'hello');
    const { code, stderr, stdout } = run(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr.trim().split('\n').length).toBe(1);
    expect(stdout).not.toMatch(/Error/);
  });

  it('an image whose name no file can have is said in words', () => {
    file('nul.uscdf.jsonl', GOOD.replace('a.jpg', 'a\\u0000.jpg'));
    const [finding, ...others] = lintJson([join(folder, 'nul.uscdf.jsonl')]).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      code: 'image-missing',
      message: 'No file can have the name a\\0.jpg, for it holds a NUL character: correct the path.',
    });
  });

  it('--version and --help everywhere', () => {
    expect(run(['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    for (const command of ['lint', 'format', 'preview', 'annotate']) {
      const { code, stdout } = run([command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: uscdf ${command}`);
    }
  });
});

describe('formats', () => {
  beforeEach(() => file('a.uscdf.jsonl', `${GOOD.replace('tennis-17', 'tennis-16')}\n${BAD}\n`));

  it('json is one object with places from 0', () => {
    const output = lintJson([...quiet, 'a.uscdf.jsonl'], { cwd: folder });
    expect(output.version).toBe(1);
    expect(output.summary).toEqual({ files: 1, records: 2, errors: 1, warnings: 0, informations: 0, hints: 0 });
    const at = BAD.indexOf('<p></p>');
    expect(output.findings).toEqual([
      {
        file: 'a.uscdf.jsonl',
        record: 'tennis-17',
        code: 'empty-phrase',
        severity: 'error',
        message: expect.stringContaining('No words'),
        range: { start: { line: 1, character: at }, end: { line: 1, character: at + 7 } },
        fixable: true,
      },
    ]);
  });

  it('jsonl is a finding a line', () => {
    const { stdout } = run(['lint', ...quiet, '--format', 'jsonl', 'a.uscdf.jsonl']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).code),
    ).toEqual(['empty-phrase']);
  });

  it('text counts lines and columns from 1', () => {
    const { stdout } = run(['lint', ...quiet, 'a.uscdf.jsonl']);
    expect(stdout).toMatch(
      /^a\.uscdf\.jsonl:2:\d+ error empty-phrase \[tennis-17\] .*\(fixable\)\n2 records in 1 file: 1 error\n$/,
    );
  });

  it('github is workflow commands', () => {
    const { stdout } = run(['lint', ...quiet, '--format', 'github', 'a.uscdf.jsonl']);
    expect(stdout).toMatch(/^::error file=a\.uscdf\.jsonl,line=2,endLine=2,col=\d+,endColumn=\d+,title=empty-phrase::/);
  });

  it('sarif names the tool, its rules and each place from 1', () => {
    const log = JSON.parse(run(['lint', ...quiet, '--format', 'sarif', 'a.uscdf.jsonl']).stdout);
    expect(log.version).toBe('2.1.0');
    const [sarif] = log.runs;
    expect(sarif.tool.driver.rules.map((rule: { id: string }) => rule.id)).toEqual(allRules.map((rule) => rule.code));
    const [result] = sarif.results;
    expect(sarif.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(result.locations[0].physicalLocation.region.startLine).toBe(2);
    expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe('a.uscdf.jsonl');
  });
});

describe('inputs', () => {
  it('takes folders, globs and standard input', () => {
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    file('deep/er/a.uscdf.jsonl', BAD);
    file('deep/b.uscdf.json', `[${BAD}]`);
    file('deep/other.json', '{');
    expect(lintJson([...quiet, 'deep'], { cwd: folder }).findings.map((finding) => finding.file)).toEqual([
      'deep/b.uscdf.json',
      'deep/er/a.uscdf.jsonl',
    ]);
    expect(lintJson([...quiet, 'deep/**/*.jsonl'], { cwd: folder }).summary.files).toBe(1);
    const piped = lintJson([...quiet, '--stdin-filename', 'x.uscdf.jsonl', '-'], { cwd: folder, input: BAD });
    expect(piped.findings).toMatchObject([{ file: 'x.uscdf.jsonl', code: 'empty-phrase' }]);
  });

  it.each(['', '\ufeff', '\n', '\ufeff\r\n'])('an almost empty file %j is valid', (text) => {
    for (const name of ['a.uscdf', 'a.uscdf.json', 'a.uscdf.jsonl']) file(name, text);
    expect(lintJson(['.'], { cwd: folder }).findings).toEqual([]);
  });

  it('bytes that are no UTF-8 are a finding, and the file is not written', () => {
    const bytes = Buffer.concat([
      Buffer.from(BAD.slice(0, -1)),
      Buffer.from([0x2c, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    ]);
    file('a.uscdf.jsonl', bytes);
    const { findings } = lintJson([...quiet, '--fix', 'a.uscdf.jsonl'], { cwd: folder });
    expect(findings.map((finding) => finding.code)).toContain('syntax');
    expect(readFileSync(join(folder, 'a.uscdf.jsonl')).equals(bytes)).toBe(true);
    expect(run(['format', '--write', 'a.uscdf.jsonl']).code).toBe(2);
  });
});

describe('settings', () => {
  const severity = (args: readonly string[]) =>
    lintJson([...quiet, ...args, 'a.uscdf.jsonl'], { cwd: folder }).findings.map((finding) => finding.severity);

  it('the record beats the command line, which beats the config file, which beats the default', () => {
    file('a.uscdf.jsonl', BAD);
    expect(severity([])).toEqual(['error']);
    file('uscdf.config.json', '{"rules": {"empty-phrase": "hint"}}');
    expect(severity([])).toEqual(['hint']);
    expect(severity(['--rule', 'empty-phrase=warning'])).toEqual(['warning']);
    file('a.uscdf.jsonl', record('A dog <p></p> runs.', ', "lint": {"empty-phrase": "off"}'));
    expect(severity(['--rule', 'empty-phrase=warning'])).toEqual([]);
  });

  it('a wrong config file is named with its key', () => {
    file('a.uscdf.jsonl', BAD);
    file('uscdf.config.json', '{"rules": {"empty-frase": "hint"}}');
    const { code, stderr } = run(['lint', 'a.uscdf.jsonl']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/uscdf\.config\.json.*rules.*empty-frase/);
  });
});

describe('--fix', () => {
  it('keeps every other byte: mark, endings, indentation, key order, unknown keys, a missing last newline', () => {
    const before =
      '\ufeff[\r\n\t{\r\n\t\t"zebra": {"b":1,  "a":2},\r\n\t\t"id": "x", "image": "a.jpg",\r\n\t\t"conversations": [\r\n\t\t\t{"from": "human", "value": "<image>\\nGo \\u00e9\\ud83d\\ude00."},\r\n\t\t\t{"from": "gpt", "value": "\\ud83d\\ude00 It is <p>dog</p>[SEG] \\/ ok."}\r\n\t\t],\r\n\t\t"masks": [ {"size":[2,2],"counts":[1,3]} ]\r\n\t}\r\n]';
    file('a.uscdf.json', before);
    expect(run(['lint', ...quiet, '--fix', 'a.uscdf.json']).code).toBe(0);
    const after = readFileSync(join(folder, 'a.uscdf.json'), 'utf8');
    expect(after).toBe(before.replace('<p>dog</p>[SEG]', '<p> dog </p> [SEG]'));
  });

  it('follows a link and keeps the mode', () => {
    file('real.uscdf.jsonl', HINT);
    chmodSync(join(folder, 'real.uscdf.jsonl'), 0o640);
    symlinkSync('real.uscdf.jsonl', join(folder, 'link.uscdf.jsonl'));
    run(['lint', ...quiet, '--fix', 'link.uscdf.jsonl']);
    expect(readFileSync(join(folder, 'real.uscdf.jsonl'), 'utf8')).toContain('<p> dog </p> [SEG]');
    expect(run(['lint', ...quiet, '--fail-on', 'hint', 'link.uscdf.jsonl']).code).toBe(0);
  });

  it('never accepts a draft', () => {
    const draft = record('A dog.', ', "provenance": {"status": "draft"}');
    file('a.uscdf.jsonl', draft);
    run(['lint', ...quiet, '--fix', 'a.uscdf.jsonl']);
    expect(readFileSync(join(folder, 'a.uscdf.jsonl'), 'utf8')).toBe(draft);
  });

  it('mends the samples’ mistakes but for the one mask that a person must draw', () => {
    copyFileSync(join(samples, 'mistakes.uscdf.jsonl'), join(folder, 'm.uscdf.jsonl'));
    run(['lint', ...quiet, '--fix', 'm.uscdf.jsonl']);
    expect(lintJson([...quiet, 'm.uscdf.jsonl'], { cwd: folder }).findings.map((finding) => finding.code)).toEqual([
      'mask-count',
    ]);
  });
});

describe('format', () => {
  const messy = record("Sorry, I don't see any dog, cat and cow in this image.");

  it('prints, checks and writes', () => {
    file('a.uscdf.jsonl', messy);
    expect(run(['format', 'a.uscdf.jsonl']).stdout).toBe(messy.replace('dog, cat and cow', 'dog, cat, and cow'));
    expect(run(['format', '--check', '.'])).toMatchObject({ code: 1, stdout: 'a.uscdf.jsonl\n' });
    expect(readFileSync(join(folder, 'a.uscdf.jsonl'), 'utf8')).toBe(messy);
    expect(run(['format', '--write', '.']).code).toBe(0);
    expect(run(['format', '--check', '.']).code).toBe(0);
  });

  it('writes the placeholder and the comma that the config asks for', () => {
    file('uscdf.config.json', '{"format": {"oxfordComma": false, "imagePlaceholder": "<IMAGE>"}}');
    const { stdout } = run(['format', '--stdin-filename', 'a.uscdf.jsonl', '-'], messy.replace('cat and', 'cat, and'));
    expect(stdout).toBe(messy.replace('<image>', '<IMAGE>'));
  });
});

describe('preview', () => {
  it('paints each record of the samples', () => {
    const { code, stdout } = run([
      'preview',
      join(samples, 'first-look.uscdf'),
      join(samples, 'scenes.uscdf.jsonl'),
      '-o',
      'pictures',
    ]);
    expect(code).toBe(0);
    const pictures = stdout.trim().split('\n');
    expect(pictures).toHaveLength(6);
    for (const picture of pictures) expect(readFileSync(join(folder, picture)).subarray(1, 4).toString()).toBe('PNG');
  });

  it('takes one record by its id, and says what is wrong with the rest', () => {
    expect(
      run(['preview', join(samples, 'first-look.uscdf'), '--record', 'rainy-buses', '-o', 'one.png']),
    ).toMatchObject({ code: 0, stdout: 'one.png\n' });
    expect(run(['preview', join(samples, 'first-look.uscdf'), '-o', 'one.png']).stderr).toMatch(
      /2 records do not fit into one picture/,
    );
    expect(run(['preview', join(samples, 'first-look.uscdf'), '--record', 'nobody', '-o', 'one.png']).stderr).toMatch(
      /No record has the id "nobody"/,
    );
  });
});
