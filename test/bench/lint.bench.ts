import { UscdfDocument } from '../../core/records/document.ts';
import { checkRecord } from '../../core/rules/checkRecord.ts';
import { dataset, quantiles } from './dataset.ts';

const BYTES = 50e6;
const ROUNDS = 5;

/** All `turn` and `record` rules over a file in one thread, against `JSON.parse` of every line alone. */
export function run(): void {
  const text = dataset(BYTES);
  const lines = text.trimEnd().split('\n');
  const [parse, lint]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    parse.push(time(() => lines.forEach((line) => void JSON.parse(line))));
    lint.push(
      time(() => {
        const document = new UscdfDocument('jsonl', text);
        for (const cell of document.cells) {
          checkRecord(cell.record, { scopes: ['turn', 'record'] });
          cell.forget();
        }
      }),
    );
  }
  const [reference, own] = [quantiles(parse).median, quantiles(lint).median];
  console.log(
    `${lines.length} records, ${(text.length / 1e6).toFixed(0)} MB: JSON.parse ${reference.toFixed(0)} ms, lint ${own.toFixed(0)} ms, ratio ${(own / reference).toFixed(1)}`,
  );
}

function time(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
