import { createHash } from 'node:crypto';
import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Range } from '../../core/records/position.ts';
import type { Severity } from '../../core/records/recordModel.ts';
import { allRules, rulePage } from '../../core/rules/index.ts';
import type { ReportedFix } from '../lint/task.ts';
import { VERSION } from '../version.ts';
import { indented } from './json.ts';
import type { Output } from './output.ts';
import type { FindingDetails, ReportedFinding, Reporter } from './reporter.ts';

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};
const NO_RESULTS = '"results": []';
const RULE_INDEX: ReadonlyMap<string, number> = new Map(allRules.map((rule, index) => [rule.code, index]));

/** SARIF 2.1.0, which code hosts and editors read. Lines and columns count from 1 there. Written result by result. */
export function sarifReporter(output: Output): Reporter {
  const [head = '', tail = ''] = JSON.stringify(emptyLog(), null, 2).split(NO_RESULTS);
  const fingerprints = new Fingerprints();
  let count = 0;
  const begin = () => output.write(`${head}"results": [`);
  return {
    finding(finding, details) {
      if (count === 0) begin();
      const result = resultOf(finding, details, fingerprints.of(finding));
      output.write(`${count === 0 ? '' : ','}\n        ${indented(result, '        ')}`);
      count++;
    },
    end() {
      if (count === 0) begin();
      output.write(`${count === 0 ? '' : '\n      '}]${tail}\n`);
    },
  };
}

function emptyLog(): unknown {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'uscdf',
            version: VERSION,
            semanticVersion: VERSION,
            informationUri: 'https://github.com/uscdf/uscdf-vscode',
            rules: allRules.map(descriptor),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: [],
      },
    ],
  };
}

function descriptor({ code, summary, why, severity, bad, good }: (typeof allRules)[number]): unknown {
  const examples = [
    ...bad.slice(0, 1).map((text) => `Wrong:\n\n    ${text.replaceAll('\n', '\n    ')}`),
    ...good.slice(0, 1).map((text) => `Right:\n\n    ${text.replaceAll('\n', '\n    ')}`),
  ];
  return {
    id: code,
    shortDescription: { text: summary },
    fullDescription: { text: why },
    help: { text: [why, ...examples].join('\n\n'), markdown: [why, ...examples].join('\n\n') },
    helpUri: rulePage(code),
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function resultOf(
  { file, record, code, severity, message, range }: ReportedFinding,
  { related, fix }: FindingDetails,
  fingerprint: string,
): unknown {
  const artifactLocation = artifact(file);
  const place = { physicalLocation: { artifactLocation, region: regionOf(range) } };
  return {
    ruleId: code,
    ruleIndex: RULE_INDEX.get(code),
    level: LEVELS[severity],
    message: { text: message },
    locations: [record === null ? place : { ...place, logicalLocations: [{ name: record, kind: 'object' }] }],
    partialFingerprints: { 'uscdfFinding/v1': fingerprint },
    ...(related.length > 0 && {
      relatedLocations: related.map((each, id) => ({
        id,
        message: { text: each.message },
        physicalLocation: { artifactLocation, region: regionOf(each.range) },
      })),
    }),
    ...(fix !== undefined && { fixes: [fixOf(fix, artifactLocation)] }),
  };
}

function fixOf({ title, edits }: ReportedFix, artifactLocation: unknown): unknown {
  return {
    description: { text: title },
    artifactChanges: [
      {
        artifactLocation,
        replacements: edits.map(({ range, newText }) => ({
          deletedRegion: regionOf(range),
          insertedContent: { text: newText },
        })),
      },
    ],
  };
}

function regionOf({ start, end }: Range): unknown {
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

function artifact(file: string): unknown {
  if (isAbsolute(file)) return { uri: pathToFileURL(file).href };
  return { uri: file.split(sep).join('/').split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}

/** Names a finding by what it is about and not by its line, so that a code host knows it again when records move. */
class Fingerprints {
  private record: string | null = null;
  private readonly seen = new Map<string, number>();

  of({ file, record, code, message }: ReportedFinding): string {
    if (record !== this.record) this.seen.clear();
    this.record = record;
    const key = JSON.stringify([file, record, code, message]);
    const earlier = this.seen.get(key) ?? 0;
    if (record !== null) this.seen.set(key, earlier + 1);
    return createHash('sha256').update(`${key}${earlier}`).digest('hex').slice(0, 32);
  }
}
