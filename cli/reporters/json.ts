import type { Output, ReportedFinding, Reporter } from './reporter.ts';

/** One object with everything, docs/cli.md. */
export function jsonReporter(output: Output): Reporter {
  const findings: ReportedFinding[] = [];
  return {
    finding: (finding) => findings.push(finding),
    end: (summary) => output.write(`${JSON.stringify({ version: 1, summary, findings }, null, 2)}\n`),
  };
}
