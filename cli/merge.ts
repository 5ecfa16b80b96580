/** `uscdf merge`: several files as one. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { DatasetError } from '../core/datasets/format.ts';
import { fileKind } from '../core/records/fileKind.ts';
import { type MergeReport, mergeRecords } from './quality/merge.ts';
import { NOTHING_FOUND, refuse, runJob } from './quality/work.ts';

const FORMATS = ['text', 'json'] as const;
/** Of a long list the text names the first. */
const MOST_LISTED = 20;

interface Options {
  readonly output: string;
  readonly format: (typeof FORMATS)[number];
}

export function registerMerge(program: Command): void {
  program
    .command('merge')
    .summary('merge files into one, ids kept unique')
    .description(
      'Writes all records to one .uscdf.jsonl. A record that equals an earlier one, its id included, is written once; another record with the id of an earlier one gets a new id, and so do the parents that name it.',
    )
    .argument('<in...>', 'files, folders or globs')
    .requiredOption('-o, --output <file>', 'the .uscdf.jsonl to write')
    .addOption(new Option('--format <format>', 'how the report is printed').choices(FORMATS).default('text'))
    .action(async (paths: string[], options: Options) => {
      process.exitCode =
        fileKind(options.output) === 'jsonl'
          ? await merge(paths, options)
          : refuse('merge', `-o ${options.output}: a merged file is a .uscdf.jsonl: name it so.`);
    });
}

function merge(paths: readonly string[], { output, format }: Options): Promise<number> {
  return runJob({
    command: 'merge',
    paths: [paths],
    passes: 2,
    async work([files = []], watch) {
      if (files.some((file) => resolve(file) === resolve(output)))
        return refuse('merge', `-o ${output} is an input too: name another output.`);
      try {
        const report = await mergeRecords(files, output, watch);
        if (!watch.signal.aborted)
          process.stdout.write(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : mergeText(report));
        return NOTHING_FOUND;
      } catch (error) {
        if (error instanceof DatasetError) return refuse('merge', error.message);
        throw error;
      }
    },
  });
}

function mergeText({ output, records, identical, renamed }: MergeReport): string {
  const left = renamed.length - MOST_LISTED;
  return `${[
    `${output}: ${records} records, ${identical} identical ones left out, ${renamed.length} renamed.`,
    ...renamed
      .slice(0, MOST_LISTED)
      .map(
        ({ file, line, from, to }) =>
          `  ${file}:${line + 1} ${from === null ? 'had no id' : `[${from}]`} is now [${to}]`,
      ),
    ...(left > 0 ? [`  … and ${left} more; --format json has them all.`] : []),
  ].join('\n')}\n`;
}
