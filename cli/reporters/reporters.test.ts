import { readFileSync } from 'node:fs';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { REPORT_FORMATS, type ReportFormat, reporterFor } from './index.ts';
import { Output, type Sink } from './output.ts';
import type { FindingDetails, ReportedFinding, Summary } from './reporter.ts';
import { Spool } from './spool.ts';

const SUMMARY: Summary = { files: 1, records: 2, errors: 1, warnings: 0, informations: 0, hints: 1 };
const RANGE = { start: { line: 3, character: 5 }, end: { line: 3, character: 9 } };
const FINDING: ReportedFinding = {
  file: 'data/50% of it, a: b.uscdf.jsonl',
  record: 'ünï "1"',
  code: 'mask-count',
  severity: 'error',
  message: '100 % wrong:\r\nsecond, line "quoted" 😀',
  range: RANGE,
  fixable: true,
};
const HINT: ReportedFinding = {
  ...FINDING,
  file: '/abs/a b.uscdf',
  record: null,
  code: 'phrase-spacing',
  severity: 'hint',
};
const DETAILS: FindingDetails = {
  related: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }, message: 'The first one.' }],
  fix: { title: 'Remove the masks', edits: [{ range: RANGE, newText: '[]' }] },
};
const PLAIN: FindingDetails = { related: [] };

/** A sink that keeps what is written. */
class Memory implements Sink {
  text = '';
  write(text: string): void {
    this.text += text;
  }
  once(_: 'drain', then: () => void): void {
    then();
  }
}

async function report(
  format: ReportFormat,
  findings: readonly (readonly [ReportedFinding, FindingDetails])[],
): Promise<string> {
  const sink = new Memory();
  const output = new Output(sink);
  const reporter = reporterFor(format, output);
  for (const [finding, details] of findings) reporter.finding(finding, details);
  await reporter.end(SUMMARY);
  await output.flush();
  return sink.text;
}
const both = [
  [FINDING, DETAILS],
  [HINT, PLAIN],
] as const;

describe('json', () => {
  it.each([
    ['no', []],
    ['one', [FINDING]],
    ['two', [FINDING, HINT]],
  ])('is laid out as one object, with %s findings', async (_, findings) => {
    const text = await report(
      'json',
      findings.map((finding) => [finding, DETAILS] as const),
    );
    expect(text).toBe(`${JSON.stringify({ version: 1, summary: SUMMARY, findings }, null, 2)}\n`);
  });
});

describe('jsonl', () => {
  it('is a finding a line, and no more than its keys', async () => {
    expect(await report('jsonl', both)).toBe(`${JSON.stringify(FINDING)}\n${JSON.stringify(HINT)}\n`);
  });
});

describe('github', () => {
  it('escapes what parts a command', async () => {
    const [first] = (await report('github', both)).split('\n');
    expect(first).toBe(
      '::error file=data/50%25 of it%2C a%3A b.uscdf.jsonl,line=4,endLine=4,col=6,endColumn=10,title=mask-count::100 %25 wrong:%0D%0Asecond, line "quoted" 😀',
    );
  });
});

describe('sarif', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../test/fixtures/sarif/sarif-schema-2.1.0.json', import.meta.url), 'utf8'),
  ) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv as never);
  const validate = ajv.compile(schema);
  const problems = (text: string) => (validate(JSON.parse(text)) ? [] : validate.errors);

  it('fits the schema of SARIF 2.1.0, with findings and without', async () => {
    expect(problems(await report('sarif', []))).toEqual([]);
    expect(problems(await report('sarif', both))).toEqual([]);
  });

  it('the schema is one that says no', async () => {
    const text = await report('sarif', both);
    expect(problems(text.replace('"startLine": 4', '"startLine": 0'))).not.toEqual([]);
    expect(problems(text.replace('"ruleId"', '"rule"'))).not.toEqual([]);
  });

  it('holds places from 1, related places and the fix', async () => {
    const { runs } = JSON.parse(await report('sarif', both));
    const region = { startLine: 4, startColumn: 6, endLine: 4, endColumn: 10 };
    const [first, second] = runs[0].results;
    expect(first).toMatchObject({
      ruleId: 'mask-count',
      level: 'error',
      locations: [{ physicalLocation: { region }, logicalLocations: [{ name: FINDING.record }] }],
      relatedLocations: [{ message: { text: 'The first one.' }, physicalLocation: { region: { startLine: 1 } } }],
      fixes: [{ artifactChanges: [{ replacements: [{ deletedRegion: region, insertedContent: { text: '[]' } }] }] }],
    });
    expect(runs[0].tool.driver.rules[first.ruleIndex].id).toBe('mask-count');
    expect(first.locations[0].physicalLocation.artifactLocation.uri).toBe(
      'data/50%25%20of%20it%2C%20a%3A%20b.uscdf.jsonl',
    );
    expect(second.level).toBe('note');
    if (process.platform !== 'win32')
      expect(second.locations[0].physicalLocation.artifactLocation).toEqual({ uri: 'file:///abs/a%20b.uscdf' });
  });

  it('knows a finding again when its record has moved, and tells two of one record apart', async () => {
    const moved = { ...FINDING, range: { start: { line: 9, character: 0 }, end: { line: 9, character: 1 } } };
    const prints = async (findings: readonly ReportedFinding[]) => {
      const { runs } = JSON.parse(
        await report(
          'sarif',
          findings.map((finding) => [finding, PLAIN] as const),
        ),
      );
      return (runs[0].results as { partialFingerprints: unknown }[]).map((result) => result.partialFingerprints);
    };
    const [first, second] = await prints([FINDING, moved]);
    expect(first).not.toEqual(second);
    expect(await prints([moved])).toEqual([first]);
  });
});

describe('a report', () => {
  it.each(REPORT_FORMATS)('as %s that does not fit into memory is the same', async (format) => {
    const few = await report(format, both);
    const many = await report(
      format,
      Array.from({ length: 20_000 }, (_, i) => both[i % 2]!),
    );
    expect(many.length).toBeGreaterThan(few.length + 1e6);
    if (format === 'json') expect((JSON.parse(many) as { findings: unknown[] }).findings).toHaveLength(20_000);
    if (format === 'sarif')
      expect((JSON.parse(many) as { runs: { results: unknown[] }[] }).runs[0]!.results).toHaveLength(20_000);
  });

  it('waits for a slow reader', async () => {
    const sink = Object.assign(new Memory(), { writableNeedDrain: true, drained: false });
    sink.once = (_: 'drain', then: () => void) => {
      setTimeout(() => {
        sink.drained = true;
        then();
      }, 5);
    };
    const output = new Output(sink as Sink);
    output.write('a');
    await output.flush();
    expect(sink.drained).toBe(true);
  });
});

describe('a spool', () => {
  it('gives back what was put in, in memory and on disk, letters of several bytes too', async () => {
    for (const limit of [1, 10, 1e9]) {
      const spool = new Spool(limit);
      const parts = Array.from({ length: 3000 }, (_, i) => `${i} é😀${'x'.repeat(i % 1000)}\n`);
      for (const part of parts) spool.add(part);
      const sink = new Memory();
      await spool.copyTo(new Output(sink));
      expect(sink.text).toBe(parts.join(''));
    }
  });
});
