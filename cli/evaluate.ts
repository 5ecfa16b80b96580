/** `uscdf evaluate`: scores predictions against references by the paper's metrics. */
import { readdirSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { METRICS, PROTOCOLS, readMetrics } from '../core/metrics/evaluate/plan.ts';
import type { Protocol } from '../core/metrics/masks/example.ts';
import { reportJson } from '../core/metrics/report/forms.ts';
import type { Counts } from '../core/metrics/report/model.ts';
import { counted } from '../core/metrics/report/numbers.ts';
import { reportText } from '../core/metrics/report/text.ts';
import { ok, type Result } from '../core/result.ts';
import { embedPhrases } from './evaluate/embedPhrases.ts';
import { type Jobs, type JobsRequest, planJobs, sizeOf } from './evaluate/jobs.ts';
import { type Paraphrases, readInThread } from './evaluate/meteorLater.ts';
import { labelOfMeteor } from './evaluate/meteorTables.ts';
import { Parent } from './evaluate/parent.ts';
import { type Crew, ownThread, WorkerCrew } from './evaluate/pool.ts';
import { checkReportPaths, writeReport } from './evaluate/reportFile.ts';
import { runJobs } from './evaluate/run.ts';
import { DEFAULT_SIMILARITY, readSimilarity, type SimilarityBundle } from './evaluate/similarity.ts';
import { isFolder, readSource } from './evaluate/source.ts';
import type { Settings } from './evaluate/task.ts';
import { findInputs } from './inputs.ts';
import { commandPath } from './installation.ts';
import { readJobs } from './lint/options.ts';
import { LintProgress } from './lint/progress.ts';

const FORMATS = ['text', 'json'] as const;

interface EvaluateOptions {
  readonly references: readonly string[];
  readonly predictions: readonly string[];
  readonly metrics?: string;
  readonly protocol: Protocol;
  readonly similarity: string;
  readonly paraphrases?: string;
  readonly split?: string;
  readonly format: (typeof FORMATS)[number];
  readonly report: readonly string[];
  readonly jobs?: string;
  /** An image's id, or set and id, as `mgsc-root/17`. */
  readonly pair?: string;
}

const FAILED = 2;
const STOPPED = 130;

/** From here on there is work for more than one thread. */
const LARGE_BYTES = Number(process.env['USCDF_EVALUATE_LARGE_BYTES'] ?? 12e6);

/** A packed map costs as much as so many bytes of json. */
const MAP_WORK = 5_000;

export function registerEvaluate(program: Command): void {
  program
    .command('evaluate')
    .summary("score predictions by the paper's metrics")
    .description(
      'Compares predictions with references: USCDF files by the ids of their records, or the official files of GCG, MGSC, gRefCOCO and COCO panoptic.',
    )
    .requiredOption('--references <path...>', 'what is true: USCDF files, folders, globs, or official files')
    .requiredOption('--predictions <path...>', 'what was predicted, in the same form')
    .option('--metrics <list>', `some of ${METRICS.join(',')} (default: all that fit)`)
    .addOption(
      new Option('--protocol <name>', "the paper's scripts to the letter, or without their oddities")
        .choices(PROTOCOLS)
        .default('paper'),
    )
    .option(
      '--similarity <name>',
      'text gate of mask recall: shared-words, none, a .json table, or a model bundle (folder or name)',
      DEFAULT_SIMILARITY,
    )
    .option('--paraphrases <file>', "METEOR's paraphrase-en.gz, which does not ship")
    .option('--split <name>', 'only this split of a grefs json: val, testA, testB')
    .addOption(new Option('--format <format>', 'how the report is printed').choices(FORMATS).default('text'))
    .option(
      '--report <file>',
      'also write the report as .md, .html or .json (repeatable)',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--pair <id>', 'score nothing: print this image of official caption files as two USCDF records')
    .option('--jobs <number>', 'how many threads score large input (default: one for each core)')
    .action(async (options: EvaluateOptions) => {
      process.exitCode = await evaluate(options);
    });
}

/** Returns the exit code. */
async function evaluate(options: EvaluateOptions): Promise<number> {
  const read = await readOptions(options);
  if (!read.ok) return refuse(read.message);
  const { table, settings } = read.value;
  const paraphrases = table === undefined ? undefined : readInThread(table, settings);
  try {
    return await evaluateWith(options, read.value, paraphrases);
  } finally {
    await paraphrases?.crew.close();
  }
}

async function evaluateWith(
  options: EvaluateOptions,
  read: ReadOptions,
  paraphrases: Paraphrases | undefined,
): Promise<number> {
  const { label, bundle } = read;
  // That of the paraphrases is one of them.
  const threads = paraphrases === undefined ? read.jobs : Math.max(1, read.jobs - 1);
  let { settings } = read;
  const found = readSource(options.references);
  if (!found.ok) return refuse(found.message);
  const { source, complaints } = found.value;
  for (const each of complaints) complain(each);
  let crew = crewFor(settings, threads, options);
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt);
  const parent = new Parent(onInterrupt);
  let failed = complaints.length > 0;
  const hear = (message: string) => {
    failed = true;
    complain(message);
  };
  try {
    const request: JobsRequest = {
      source,
      predictions: options.predictions,
      split: options.split,
      run: (task) => crew.run(task),
      complain: hear,
    };
    const planned = await planJobs(request);
    if (!planned.ok) return refuse(planned.message);
    let jobs: Jobs = planned.value;
    if (options.pair !== undefined) return await printPair(options.pair, jobs, crew);
    if (bundle !== undefined) {
      // They are gone through twice.
      const tasks = [...jobs.tasks];
      jobs = { ...jobs, tasks };
      const progress = (done: number, total: number) => parent.tell('phrases', done, total);
      const similarity = await embedPhrases({ bundle, tasks, crew, signal: stop.signal, progress });
      if (!similarity.ok) return stop.signal.aborted ? interrupted(similarity.message) : refuse(similarity.message);
      settings = { ...settings, similarity: similarity.value };
      await crew.close();
      crew = crewFor(settings, threads, options);
    }
    const progress = new LintProgress(process.stderr, jobs.references);
    const made = await runJobs({
      jobs,
      crew,
      settings,
      meteorLabel: label,
      paraphrases,
      paths: { references: options.references, predictions: options.predictions },
      progress: (references) => {
        progress.add(references);
        parent.add(references, jobs.references);
      },
      complain: (message) => {
        progress.clear();
        complain(message);
      },
      failed,
      signal: stop.signal,
    });
    progress.clear();
    if (!made.ok) return refuse(made.message);
    const report = made.value;
    process.stdout.write(options.format === 'json' ? reportJson(report) : reportText(report));
    let complete = report.complete;
    for (const path of options.report) {
      const written = writeReport(path, report);
      if (!written.ok) complain(written.message);
      complete &&= written.ok;
    }
    if (options.protocol === 'paper' && report.counts.unanswered > 0)
      complain(
        `${counted(report.counts.unanswered, 'reference')} ${report.counts.unanswered === 1 ? 'has' : 'have'} no prediction. The paper's scripts stop there; here they are in no number: add the predictions, or write --protocol strict, where they count as wrong.`,
      );
    if (stop.signal.aborted) return STOPPED;
    if (report.counts.images === 0) {
      complain(whyNothing(report.counts, jobs.references));
      complete = false;
    }
    if (report.counts.images > 0 && report.tables.length === 0) {
      complain(
        `nothing was scored, for no record is scored by ${options.metrics ?? 'any metric'}: choose other metrics, or leave --metrics out.`,
      );
      complete = false;
    }
    return complete ? 0 : FAILED;
  } finally {
    process.off('SIGINT', onInterrupt);
    parent.close();
    await crew.close();
  }
}

interface ReadOptions {
  readonly settings: Settings;
  readonly jobs: number;
  /** The model by which phrases are compared, where it is one: the similarity of `settings` then only stands in for it. */
  readonly bundle: SimilarityBundle | undefined;
  /** What METEOR is computed with. */
  readonly label: string;
  /** METEOR's paraphrases, where it is wanted and the user has them. */
  readonly table: string | undefined;
}

async function readOptions(options: EvaluateOptions): Promise<Result<ReadOptions>> {
  const metrics = readMetrics(options.metrics);
  if (!metrics.ok) return { ok: false, message: `--metrics ${options.metrics}: ${metrics.message}` };
  const similarity = await readSimilarity(options.similarity);
  if (!similarity.ok) return similarity;
  const jobs = readJobs(options.jobs);
  if (!jobs.ok) return jobs;
  const reports = checkReportPaths(options.report);
  if (!reports.ok) return reports;
  const wantsMeteor = metrics.value.includes('meteor');
  const table = wantsMeteor ? options.paraphrases : undefined;
  return ok({
    settings: {
      plan: { protocol: options.protocol, metrics: metrics.value },
      similarity: similarity.value.kind === 'bundle' ? { kind: 'none' } : similarity.value,
      meteorLater: table !== undefined,
    },
    jobs: jobs.value,
    bundle: similarity.value.kind === 'bundle' && metrics.value.includes('recall') ? similarity.value : undefined,
    label: wantsMeteor ? labelOfMeteor(table !== undefined) : '',
    table,
  });
}

/** A worker costs more than a small input does. */
function crewFor(settings: Settings, jobs: number, { references, predictions }: EvaluateOptions): Crew {
  const script = commandPath();
  return jobs > 1 && script !== undefined && isLarge([...references, ...predictions])
    ? new WorkerCrew(script, jobs, settings)
    : ownThread(settings);
}

function isLarge(inputs: readonly string[]): boolean {
  let bytes = 0;
  for (const file of findInputs(inputs, () => true).files) {
    bytes += sizeOf(file) + mapsBeside(file) * MAP_WORK;
    if (bytes >= LARGE_BYTES) return true;
  }
  return false;
}

/** How many maps of segments lie in the folder of a panoptic json's name. */
function mapsBeside(file: string): number {
  const folder = file.replace(/\.json$/i, '');
  return folder !== file && isFolder(folder) ? readdirSync(folder).length : 0;
}

/** Why no reference was scored: an empty report must not pass for a good one. */
function whyNothing({ unanswered, unasked }: Counts, references: number): string {
  if (references === 0) return 'nothing was scored, for there is no reference: check the path of --references.';
  if (unanswered === references && unasked > 0)
    return 'nothing was scored, for no prediction has the id of a reference: check that both are of one data set, and that their ids are written alike.';
  return 'nothing was scored: the report says why of each reference, or of the first of them.';
}

/** Prints an image of official files as two records. */
async function printPair(name: string, { tasks }: Jobs, crew: Crew): Promise<number> {
  for (const task of tasks) {
    if (task.kind !== 'gcg') return refuse('--pair: only images of official caption files are shown as records.');
    const image = task.images.find(({ id }) => String(id) === name || `${task.files.set}/${id}` === name);
    if (image === undefined) continue;
    const { records, failure } = await crew.run({ kind: 'as-records', of: { ...task, images: [image] } });
    if (records === undefined) return refuse(failure ?? `--pair ${name}: this image has nothing that can be shown.`);
    process.stdout.write(`${JSON.stringify(records)}\n`);
    return 0;
  }
  return refuse(`--pair ${name}: no image of the references has this id: write one of theirs.`);
}

function interrupted(message: string): number {
  complain(message);
  return STOPPED;
}

function refuse(message: string): number {
  complain(message);
  return FAILED;
}

function complain(message: string): void {
  process.stderr.write(`uscdf evaluate: ${message}\n`);
}
