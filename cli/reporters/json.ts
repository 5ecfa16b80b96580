import type { Output } from './output.ts';
import type { Reporter } from './reporter.ts';
import { Spool } from './spool.ts';

/**
 * One object with everything, docs/cli.md. The summary stands before the findings and is known after them, so these wait
 * in a spool: a report of any length fits into little memory.
 */
export function jsonReporter(output: Output): Reporter {
  const findings = new Spool();
  let isFirst = true;
  return {
    finding(finding) {
      findings.add(`${isFirst ? '' : ','}\n    ${indented(finding, '    ')}`);
      isFirst = false;
    },
    async end(summary) {
      output.write(`{\n  "version": 1,\n  "summary": ${indented(summary, '  ')},\n  "findings": [`);
      await findings.copyTo(output);
      output.write(`${isFirst ? '' : '\n  '}]\n}\n`);
    },
  };
}

/** JSON in lines, the second and later ones moved to the right. */
export function indented(value: unknown, margin: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${margin}`);
}
