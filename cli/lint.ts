/** `uscdf lint`: runs the rules over files. */
import { statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { fileKind } from '../core/records/document.ts';
import { SEVERITIES, type Severity } from '../core/records/recordModel.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { findInputs, USCDF_FILE } from './inputs.ts';
import { lintThreadPath } from './installation.ts';
import { readJobs, readScopes, readShard } from './lint/options.ts';
import { type Crew, ownThread, WorkerCrew } from './lint/pool.ts';
import { LintProgress } from './lint/progress.ts';
import { type LintPlan, LintRun } from './lint/run.ts';
import { REPORT_FORMATS, type ReportFormat, reporterFor } from './reporters/index.ts';
import { Output } from './reporters/output.ts';
import { readRuleOptions, Settings } from './settings.ts';

interface LintOptions {
  readonly fix?: boolean;
  readonly format: ReportFormat;
  readonly rule: readonly string[];
  readonly scope?: string;
  readonly config?: string;
  readonly images: boolean;
  readonly failOn: Severity;
  readonly shard?: string;
  readonly jobs?: string;
  readonly stdinFilename?: string;
}

const FINDINGS = 1;
const FAILED = 2;

/** How many bytes of a `.uscdf.jsonl` are one task. Tests make them fewer. */
const BLOCK_BYTES = Number(process.env['USCDF_LINT_BLOCK_BYTES'] ?? 4e6);
/** From here on there is work for more than one thread. */
const LARGE_BYTES = 2 * BLOCK_BYTES;

export function registerLint(program: Command): void {
  const severities = SEVERITIES.filter((severity) => severity !== 'off');
  program
    .command('lint')
    .summary('find mistakes in USCDF files')
    .description(
      'Runs the rules over .uscdf, .uscdf.json and .uscdf.jsonl files, folders and globs. "-" is standard input.',
    )
    .argument('<path...>', 'files, folders, globs, or -')
    .option('--fix', 'mend what can be mended, and report the rest; the mended text of standard input is printed')
    .addOption(new Option('--format <format>', 'how findings are printed').choices(REPORT_FORMATS).default('text'))
    .option(
      '--rule <code=severity>',
      'set a rule to off, hint, information, warning or error (repeatable)',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--scope <scopes>', 'only rules of these scopes: some of turn,record,file,pixels')
    .option('--config <file>', 'a config file instead of the nearest uscdf.config.json')
    .option('--no-images', 'do not look at image files')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 on findings at or above this')
        .choices(severities)
        .default('error'),
    )
    .option('--shard <i/n>', 'only part i of n parts of the input, for n machines')
    .option('--jobs <number>', 'how many threads check large input (default: one for each core)')
    .option('--stdin-filename <name>', 'the name, and with it the kind and the folder, of standard input')
    .action(async (paths: string[], options: LintOptions) => {
      process.exitCode = await lint(paths, options);
    });
}

/** Returns the exit code. */
async function lint(paths: readonly string[], options: LintOptions): Promise<number> {
  const read = await readOptions(paths, options);
  if (!read.ok) {
    complain(read.message);
    return FAILED;
  }
  const standard = paths.includes('-');
  const { files, complaints } = findInputs(
    paths.filter((path) => path !== '-'),
    (name) => fileKind(name) !== undefined,
    USCDF_FILE,
  );
  for (const each of complaints) complain(each);
  // Standard output is the mended text's then.
  const sink = standard && options.fix ? process.stderr : process.stdout;
  const bytes = bytesOf(files);
  // A report on the same terminal shows how far it is by itself.
  const progress = new LintProgress(process.stderr, bytes >= LARGE_BYTES && sink.isTTY !== true ? bytes : 0);
  const { jobs, ...chosen } = read.value;
  const plan: LintPlan = {
    ...chosen,
    paths: standard ? ['-', ...files] : files,
    crew: (standardBytes) => crewFor(jobs, bytes + standardBytes),
    progress: (done) => progress.add(done),
  };
  const output = new Output(sink);
  const reporter = reporterFor(options.format, output);
  const run = new LintRun(plan, reporter, output, (message) => {
    progress.clear();
    complain(message);
  });
  run.failed = complaints.length > 0;
  await run.all();
  progress.clear();
  // A program gets its whole object whatever happens; a person who named nothing readable has read why.
  if (!run.failed || run.summary.files > 0 || options.format !== 'text') await run.end();
  await output.flush();
  if (run.failed) return FAILED;
  return run.worst >= SEVERITIES.indexOf(options.failOn) ? FINDINGS : 0;
}

type ReadOptions = Omit<LintPlan, 'paths' | 'crew' | 'progress'> & { readonly jobs: number };

async function readOptions(paths: readonly string[], options: LintOptions): Promise<Result<ReadOptions>> {
  const wrong = wrongTogether(paths.includes('-'), options);
  if (wrong !== undefined) return fail(wrong);
  const rules = readRuleOptions(options.rule);
  if (!rules.ok) return rules;
  const scopes = readScopes(options.scope);
  if (!scopes.ok) return scopes;
  const shard = readShard(options.shard);
  if (!shard.ok) return shard;
  const jobs = readJobs(options.jobs);
  if (!jobs.ok) return jobs;
  const settings = new Settings(rules.value, options.config);
  const config = await settings.checkNamed();
  if (!config.ok) return config;
  return ok({
    settings,
    scopes: scopes.value,
    images: options.images,
    fix: options.fix === true,
    withEdits: options.format === 'sarif',
    shard: shard.value,
    stdinFilename: options.stdinFilename,
    blockBytes: BLOCK_BYTES,
    jobs: jobs.value,
  });
}

/** Options that do not go together; a sentence. */
function wrongTogether(standard: boolean, { stdinFilename, shard, fix }: LintOptions): string | undefined {
  if (standard && stdinFilename === undefined)
    return '"-" needs --stdin-filename NAME.uscdf.jsonl (or .uscdf.json, .uscdf), which says what kind of file it is.';
  if (shard !== undefined && fix)
    return '--shard and --fix do not go together, for two parts of one file would be written by two programs: leave one out.';
  if (shard !== undefined && standard)
    return '--shard needs files, for standard input has no parts: write it to a file first, or leave --shard out.';
  return undefined;
}

/** A worker costs more than a small input does, so those begin where there is more than a task or two. */
function crewFor(jobs: number, bytes: number): Crew {
  const script = lintThreadPath();
  return jobs > 1 && bytes >= LARGE_BYTES && script !== undefined ? new WorkerCrew(script, jobs) : ownThread();
}

/** The sum of the files' sizes. */
function bytesOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function complain(message: string): void {
  process.stderr.write(`uscdf lint: ${message}\n`);
}
