import type { Severity } from '../../core/records/recordModel.ts';
import { allRules, rulePage } from '../../core/rules/index.ts';
import { VERSION } from '../version.ts';
import type { Output, ReportedFinding, Reporter } from './reporter.ts';

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** SARIF 2.1.0, which code hosts and editors read. Lines and columns count from 1 there. */
export function sarifReporter(output: Output): Reporter {
  const results: unknown[] = [];
  const log = () => ({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'uscdf',
            version: VERSION,
            informationUri: 'https://github.com/uscdf/uscdf-vscode',
            rules: allRules.map(descriptor),
          },
        },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  });
  return {
    finding: (finding) => results.push(result(finding)),
    end: () => output.write(`${JSON.stringify(log(), null, 2)}\n`),
  };
}

function descriptor({ code, summary, why, severity }: (typeof allRules)[number]): unknown {
  return {
    id: code,
    shortDescription: { text: summary },
    fullDescription: { text: why },
    helpUri: rulePage(code),
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function result({ file, record, code, severity, message, range: { start, end } }: ReportedFinding): unknown {
  const region = {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
  const uri = file.split(/[\\/]/).map(encodeURIComponent).join('/');
  const place = { physicalLocation: { artifactLocation: { uri }, region } };
  return {
    ruleId: code,
    ruleIndex: allRules.findIndex((rule) => rule.code === code),
    level: LEVELS[severity],
    message: { text: message },
    locations: [record === null ? place : { ...place, logicalLocations: [{ name: record, kind: 'object' }] }],
  };
}
