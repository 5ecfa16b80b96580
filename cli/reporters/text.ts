import type { Severity } from '../../core/records/recordModel.ts';
import type { Output } from './output.ts';
import type { Reporter } from './reporter.ts';

const COLORS: Readonly<Record<Severity, string>> = { error: '31', warning: '33', information: '34', hint: '36' };

/** For people: `file:line:column severity code message`, lines and columns from 1, and a sum at the end. */
export function textReporter(output: Output): Reporter {
  const colored = output.isTTY && process.env['NO_COLOR'] === undefined;
  const paint = (code: string, text: string) => (colored ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    finding({ file, record, code, severity, message, range, fixable }) {
      const place = `${file}:${range.start.line + 1}:${range.start.character + 1}`;
      const who = record === null ? '' : paint('2', ` [${record}]`);
      const mend = fixable ? paint('2', ' (fixable)') : '';
      output.write(`${place} ${paint(COLORS[severity], severity)} ${paint('1', code)}${who} ${message}${mend}\n`);
    },
    end({ files, records, errors, warnings, informations, hints }) {
      const parts = [
        count(errors, 'error'),
        count(warnings, 'warning'),
        count(informations, 'information'),
        count(hints, 'hint'),
      ];
      const found = parts.filter((part) => !part.startsWith('0 ')).join(', ') || 'nothing to report';
      output.write(`${count(records, 'record')} in ${count(files, 'file')}: ${found}\n`);
    },
  };
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
