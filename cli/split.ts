/** `uscdf split`: parts of a dataset, such as training and validation. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { DatasetError } from '../core/datasets/format.ts';
import { alignedRows } from '../core/quality/alignedRows.ts';
import { readRatio } from '../core/quality/split.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { readSeed } from './quality/seed.ts';
import {
  partFile,
  SPLIT_UNITS,
  type SplitOptions,
  type SplitReport,
  type SplitUnit,
  splitRecords,
} from './quality/split.ts';
import { NOTHING_FOUND, refuse, runJob } from './quality/work.ts';

const FORMATS = ['text', 'json'] as const;

interface Options {
  readonly ratio: string;
  readonly by: SplitUnit;
  readonly seed: string;
  readonly output: string;
  readonly format: (typeof FORMATS)[number];
}

export function registerSplit(program: Command): void {
  program
    .command('split')
    .summary('split a dataset, for example into training and validation')
    .description(
      'Writes DIR/NAME.uscdf.jsonl for every part. Which part an image falls into follows from the image and the seed alone, so that it stays there when the dataset grows.',
    )
    .argument('<in...>', 'files, folders or globs')
    .requiredOption('--ratio <parts>', 'names and shares of the parts, such as train=0.9,val=0.1')
    .addOption(
      new Option(
        '--by <unit>',
        'what stays together: all records of an image, or a record and those that name it as parent',
      )
        .choices(SPLIT_UNITS)
        .default('image'),
    )
    .option('--seed <number>', 'another number gives another split', '0')
    .requiredOption('-o, --output <dir>', 'the folder of the parts')
    .addOption(new Option('--format <format>', 'how the report is printed').choices(FORMATS).default('text'))
    .action(async (paths: string[], options: Options) => {
      const read = readOptions(options);
      process.exitCode = read.ok ? await split(paths, read.value, options) : refuse('split', read.message);
    });
}

function split(paths: readonly string[], chosen: SplitOptions, { format }: Options): Promise<number> {
  return runJob({
    command: 'split',
    paths: [paths],
    passes: chosen.by === 'record' ? 2 : 1,
    async work([files = []], watch) {
      const over = chosen.parts
        .map((part) => partFile(chosen.folder, part))
        .find((path) => files.some((file) => resolve(file) === resolve(path)));
      if (over !== undefined) return refuse('split', `${over} is an input too: name another folder with -o.`);
      try {
        const report = await splitRecords(files, chosen, watch);
        if (!watch.signal.aborted)
          process.stdout.write(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : splitText(report));
        return NOTHING_FOUND;
      } catch (error) {
        if (error instanceof DatasetError) return refuse('split', error.message);
        throw error;
      }
    },
  });
}

function splitText({ parts }: SplitReport): string {
  const rows = parts.map(({ file, records, images, share }) => [
    file,
    String(records),
    `${(share * 100).toFixed(1)} %`,
    String(images),
  ]);
  return `${alignedRows([['part', 'records', 'share', 'images'], ...rows]).join('\n')}\n`;
}

function readOptions({ ratio, by, seed, output }: Options): Result<SplitOptions> {
  const parts = readRatio(ratio);
  if (!parts.ok) return fail(parts.message);
  const number = readSeed(seed);
  if (!number.ok) return number;
  return ok({ parts: parts.value, by, seed: number.value, folder: output });
}
