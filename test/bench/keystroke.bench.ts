import { LanguageService } from '../../core/language/languageService.ts';
import { UscdfDocument } from '../../core/records/document.ts';
import { dataset, quantiles } from './dataset.ts';

const KEYSTROKES = 200;

/** A typed character to the findings of its record, in files of growing size, against the same in one of 1 KB. */
export function run(): void {
  const small = measure(1e3);
  print('1 KB', small, 1);
  for (const [name, bytes] of [
    ['1 MB', 1e6],
    ['10 MB', 10e6],
    ['45 MB', 45e6],
  ] as const) {
    const times = measure(bytes);
    print(name, times, times.p95 / small.p95);
  }
}

function measure(bytes: number): ReturnType<typeof quantiles> {
  const document = new UscdfDocument('jsonl', dataset(bytes));
  const service = new LanguageService();
  service.diagnostics(document, undefined);
  const times: number[] = [];
  for (let i = 0; i < KEYSTROKES; i++) {
    const line = Math.floor((document.lineCount - 1) * (i / KEYSTROKES));
    const character = document.line(line).indexOf('the dog </p>');
    const at = { line, character };
    const started = performance.now();
    document.update({ range: { start: at, end: at }, newText: 'x' });
    service.diagnostics(document, undefined);
    times.push(performance.now() - started);
  }
  return quantiles(times);
}

function print(name: string, { median, p95 }: ReturnType<typeof quantiles>, ratio: number): void {
  console.log(
    `${name.padStart(6)}  median ${median.toFixed(2)} ms  p95 ${p95.toFixed(2)} ms  ratio of p95 to 1 KB: ${ratio.toFixed(1)}`,
  );
}
