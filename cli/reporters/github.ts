import type { Output } from './output.ts';
import type { Reporter } from './reporter.ts';

const COMMANDS = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' } as const;

/** Workflow commands, which GitHub shows beside the changed lines. */
export function githubReporter(output: Output): Reporter {
  return {
    finding({ file, code, severity, message, range: { start, end } }) {
      const place = `file=${property(file)},line=${start.line + 1},endLine=${end.line + 1},col=${start.character + 1},endColumn=${end.character + 1}`;
      output.write(`::${COMMANDS[severity]} ${place},title=${property(code)}::${escaped(message)}\n`);
    },
    end: () => undefined,
  };
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
