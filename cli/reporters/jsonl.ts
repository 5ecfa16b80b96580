import type { Output } from './output.ts';
import type { Reporter } from './reporter.ts';

/** One finding a line, as soon as it is known. */
export function jsonlReporter(output: Output): Reporter {
  return { finding: (finding) => output.write(`${JSON.stringify(finding)}\n`), end: () => undefined };
}
