/** `uscdf convert`: between datasets and USCDF, and between the three files. */
import { statSync } from 'node:fs';
import { dirname, sep } from 'node:path';
import type { Command } from 'commander';
import { DatasetError, type OptionValue } from '../core/datasets/format.ts';
import { formatOf, kinds, readOptions, USCDF } from '../core/datasets/registry.ts';
import { fileKind } from '../core/records/fileKind.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { Interruption } from './convert/interruption.ts';
import { Outputs } from './convert/outputs.ts';
import { type Conversion, ConversionStopped, convert } from './convert/run.ts';
import { isSamePath } from './convert/samePath.ts';
import { Parent } from './evaluate/parent.ts';
import { findInputs, USCDF_FILE } from './inputs.ts';
import { LintProgress } from './lint/progress.ts';

interface ConvertOptions {
  readonly from?: string;
  readonly to?: string;
  readonly output: string;
  readonly images?: readonly string[];
  readonly set?: readonly string[];
  readonly seed: string;
  readonly report?: string;
}

const FAILED = 2;
const REJECTED = 1;
const STOPPED = 130;
const DEFAULT_SEED = '0';

export function registerConvert(program: Command): void {
  program
    .command('convert')
    .summary('convert datasets to USCDF and back')
    .description(
      `Reads a dataset and writes another. Kinds to read: ${kinds('read').join(', ')}. Kinds to write: ${kinds('write').join(', ')}. Each kind has a page in docs/formats.`,
    )
    .argument('<in...>', 'files or folders of the dataset, before --images and --set')
    .option('--from <kind>', 'what the input is (default: uscdf where its name says so)')
    .option('--to <kind>', 'what to write (default: uscdf where the name of the output says so)')
    .requiredOption('-o, --output <out>', 'the file, or for kinds of several files the folder, to write')
    .option('--images <folder...>', 'where the photographs lie (default: beside the input); behind the inputs')
    .option('--set <name=value...>', 'an option of the kind; its page lists them; behind the inputs')
    .option('--seed <number>', 'what is left to chance follows from it', DEFAULT_SEED)
    .option('--report <file>', 'what became of each item, as JSON')
    .action(async (paths: string[], options: ConvertOptions) => {
      process.exitCode = await run(paths, options);
    });
}

async function run(paths: readonly string[], options: ConvertOptions): Promise<number> {
  const planned = plan(paths, options);
  if (!planned.ok) return refuse(planned.message);
  const interruption = new Interruption();
  const parent = new Parent(() => interruption.stop());
  const bar = new LintProgress(process.stderr, 1);
  const listing = options.report === undefined ? undefined : new Outputs(options.report, false);
  let shown = 0;
  try {
    // Before the work, which can take long.
    listing?.file();
    const { report, outputs } = await convert(planned.value, {
      signal: interruption.signal,
      progress(done, total) {
        const share = total === 0 ? 0 : done / total;
        bar.add(share - shown);
        parent.add(share - shown, 1);
        shown = share;
      },
    });
    bar.clear();
    for (const line of report.lines(outputs.map((path) => (outputs.length > 3 ? dirname(path) : path)).filter(unique)))
      process.stderr.write(`${line}\n`);
    listing?.file().write(report.json(outputs));
    listing?.finish();
    if (report.records === 0 && report.count('rejected') > 0) return FAILED;
    return report.count('rejected') > 0 ? REJECTED : 0;
  } catch (error) {
    bar.clear();
    listing?.discard();
    if (error instanceof ConversionStopped) {
      complain('stopped; nothing was written. Run the same command again to convert.');
      return STOPPED;
    }
    if (error instanceof DatasetError) return refuse(error.message);
    throw error;
  } finally {
    interruption.close();
    parent.close();
  }
}

/** Checks all that can be known before the work. */
function plan(paths: readonly string[], options: ConvertOptions): Result<Conversion> {
  const from = options.from ?? (paths.every((path) => fileKind(path) !== undefined) ? USCDF : undefined);
  const to = options.to ?? (fileKind(options.output) === undefined ? undefined : USCDF);
  if (from === undefined) return fail(`say what the input is with --from KIND: one of ${kinds('read').join(', ')}.`);
  if (to === undefined) return fail(`say what to write with --to KIND: one of ${kinds('write').join(', ')}.`);
  if (!kinds('read').includes(from))
    return fail(`--from ${from}: there is no such kind to read: write one of ${kinds('read').join(', ')}.`);
  if (!kinds('write').includes(to))
    return fail(`--to ${to}: there is no such kind to write: write one of ${kinds('write').join(', ')}.`);
  const unfit = from === USCDF ? undefined : paths.map(whyUnfit).find((why) => why !== undefined);
  if (unfit !== undefined) return fail(unfit);
  const found = from === USCDF ? findInputs(paths, (name) => fileKind(name) !== undefined, USCDF_FILE) : undefined;
  if (found?.complaints[0] !== undefined) return fail(found.complaints[0]);
  const inputs = found?.files ?? [...new Set(paths.map(asGiven))];
  if (options.output === '-') return fail('-o -: a conversion goes to a file: name one.');
  if (inputs.some((path) => isSamePath(path, options.output)))
    return fail(`-o ${options.output} is an input too: name another output.`);
  const { report } = options;
  if (report !== undefined && [...inputs, options.output].some((path) => isSamePath(path, report)))
    return fail(`--report ${report} is the input or the output too: name another file for it.`);
  const folder = options.images?.find((path) => kindOf(path) !== 'folder');
  if (folder !== undefined) return fail(`--images ${folder}: there is no such folder: check the path.`);
  const seed = Number(options.seed);
  if (!Number.isSafeInteger(seed) || seed < 0)
    return fail(`--seed ${options.seed}: write a whole number from 0, such as ${DEFAULT_SEED}.`);
  const chosen = chooseOptions(from, to, options.set ?? []);
  if (!chosen.ok) return chosen;
  const images = options.images ?? [
    ...new Set(inputs.map((path) => (kindOf(path) === 'folder' ? path : dirname(path)))),
  ];
  return ok({ from, to, inputs, output: options.output, images, seed, ...chosen.value });
}

/** With forward slashes, as readers take paths apart, and none at the end. */
function asGiven(path: string): string {
  const slashed = sep === '/' ? path : path.replaceAll(sep, '/');
  return slashed.length > 1 && slashed.endsWith('/') ? slashed.slice(0, -1) : slashed;
}

/** Why a path is no input. */
function whyUnfit(path: string): string | undefined {
  switch (kindOf(path)) {
    case undefined:
      return `${path === '' ? 'An empty name' : path} is not there: check the path.`;
    case 'other':
      return `${path} is no plain file, and a dataset is read from several places: save it as a file first.`;
    default:
      return undefined;
  }
}

function kindOf(path: string): 'file' | 'folder' | 'other' | undefined {
  try {
    const found = statSync(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other';
  } catch {
    return undefined;
  }
}

/** Options of reading and of writing are set alike; a name that both have goes to both. */
function chooseOptions(
  from: string,
  to: string,
  set: readonly string[],
): Result<{ readOptions: Readonly<Record<string, OptionValue>>; writeOptions: Readonly<Record<string, OptionValue>> }> {
  const reading = formatOf(from)?.readOptions ?? [];
  const writing = formatOf(to)?.writeOptions ?? [];
  const all = readOptions(
    [...reading, ...writing.filter(({ name }) => !reading.some((one) => one.name === name))],
    set,
  );
  if (!all.ok) return all;
  const named = (options: typeof reading) =>
    set.filter((each) => options.some(({ name }) => name === each.split('=')[0]));
  const [read, write] = [readOptions(reading, named(reading)), readOptions(writing, named(writing))];
  if (!read.ok) return read;
  if (!write.ok) return write;
  return ok({ readOptions: read.value, writeOptions: write.value });
}

function unique(path: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(path) === index;
}

function refuse(message: string): number {
  complain(message);
  return FAILED;
}

function complain(message: string): void {
  process.stderr.write(`uscdf convert: ${message}\n`);
}
