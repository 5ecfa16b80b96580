/** `uscdf lint`: runs the rules over files. */
import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { ResourceCache } from '../core/files/resourceCache.ts';
import { fixOfKind, fixRecord } from '../core/language/fixRecord.ts';
import { type FileKind, fileKind, type RecordCell, UscdfDocument } from '../core/records/document.ts';
import { LineOffsets } from '../core/records/lineStore.ts';
import type { Range } from '../core/records/position.ts';
import { RecordModel, SEVERITIES, type Severity } from '../core/records/recordModel.ts';
import { ok } from '../core/result.ts';
import { checkRecord } from '../core/rules/checkRecord.ts';
import type { FixKind } from '../core/rules/rule.ts';
import { DiskFiles } from '../server/files.ts';
import { findInputs } from './inputs.ts';
import { REPORT_FORMATS, type ReportFormat, reporterFor } from './reporters/index.ts';
import type { ReportedFinding, Reporter, Summary } from './reporters/reporter.ts';
import { type FileSettings, readRuleOptions, Settings } from './settings.ts';
import { readStandardInput } from './standardInput.ts';
import { decodeText, readTextFile, replaceTextFile, type TextFile } from './textFile.ts';

interface LintOptions {
  readonly fix?: boolean;
  readonly format: ReportFormat;
  readonly rule: readonly string[];
  readonly config?: string;
  readonly images: boolean;
  readonly failOn: Severity;
  readonly stdinFilename?: string;
}

const FINDINGS = 1;
const FAILED = 2;
/** What `--fix` takes: everything that a rule can mend. Accepting a draft is a person's word. */
const TAKEN: readonly FixKind[] = ['safe', 'suggested'];

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
    .option('--config <file>', 'a config file instead of the nearest uscdf.config.json')
    .option('--no-images', 'do not look at image files')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 on findings at or above this')
        .choices(severities)
        .default('error'),
    )
    .option('--stdin-filename <name>', 'the name, and with it the kind and the folder, of standard input')
    .action(async (paths: string[], options: LintOptions) => {
      process.exitCode = await lint(paths, options);
    });
}

async function lint(paths: readonly string[], options: LintOptions): Promise<number> {
  const rules = readRuleOptions(options.rule);
  if (!rules.ok) return refuse(rules.message);
  if (paths.includes('-') && options.stdinFilename === undefined) {
    return refuse(
      '"-" needs --stdin-filename NAME.uscdf.jsonl (or .uscdf.json, .uscdf), which says what kind of file it is.',
    );
  }
  const settings = new Settings(rules.value, options.config);
  const config = await settings.checkNamed();
  if (!config.ok) return refuse(config.message);
  const { files, complaints } = findInputs(
    paths.filter((path) => path !== '-'),
    (name) => fileKind(name) !== undefined,
  );
  for (const each of complaints) complain(each);
  const standard = paths.includes('-');
  // Standard output is the mended text's then.
  const reporter = reporterFor(options.format, standard && options.fix ? process.stderr : process.stdout);
  const run = new LintRun(reporter, options, settings);
  for (const path of standard ? ['-', ...files] : files) await run.file(path);
  const failed = complaints.length > 0 || run.failed;
  // A program gets its whole object whatever happens; a person who named nothing readable has read why.
  if (!failed || run.summary.files > 0 || options.format !== 'text') reporter.end(run.summary);
  if (failed) return FAILED;
  return run.worst >= SEVERITIES.indexOf(options.failOn) ? FINDINGS : 0;
}

class LintRun {
  readonly summary: Summary = { files: 0, records: 0, errors: 0, warnings: 0, informations: 0, hints: 0 };
  failed = false;
  /** The index in `SEVERITIES` of the worst finding. */
  worst = 0;
  private readonly complained = new Set<string>();

  constructor(
    private readonly reporter: Reporter,
    private readonly options: LintOptions,
    private readonly settings: Settings,
  ) {}

  async file(path: string): Promise<void> {
    const name = path === '-' ? this.options.stdinFilename! : path;
    const kind = fileKind(name);
    if (kind === undefined)
      return this.fail(`${name} is no USCDF file: its name must end in .uscdf, .uscdf.json or .uscdf.jsonl.`);
    const settings = await this.settings.for(name);
    if (!settings.ok) return this.fail(settings.message);
    const input = path === '-' ? await readStandardInput() : undefined;
    const read = input === undefined ? readTextFile(path) : ok(decodeText(input));
    if (!read.ok) return this.fail(read.message);
    const resources = new ResourceCache(new DiskFiles(dirname(resolve(name))));
    const text = this.options.fix ? await this.fix(path, kind, read.value, settings.value, resources) : read.value.text;
    // Bytes that are no UTF-8 pass as they came.
    if (this.options.fix && input !== undefined)
      process.stdout.write(text === read.value.text ? input : `${read.value.byteOrderMark ? '\ufeff' : ''}${text}`);
    if (text === undefined) return;
    this.summary.files++;
    await this.report(name, new UscdfDocument(kind, text), read.value, settings.value, resources);
  }

  /** Mends a file; returns its text afterwards, or `undefined` where it could not be written. */
  private async fix(
    path: string,
    kind: FileKind,
    file: TextFile,
    settings: FileSettings,
    resources: ResourceCache,
  ): Promise<string | undefined> {
    if (file.invalidAt !== undefined) return file.text;
    const text = await fixText(kind, file.text, settings, resources, this.options.images);
    if (text === file.text) return text;
    if (path === '-') return text;
    const written = replaceTextFile(path, text, file);
    if (written.ok) return text;
    this.fail(written.message);
    return undefined;
  }

  private async report(
    name: string,
    document: UscdfDocument,
    file: TextFile,
    settings: FileSettings,
    resources: ResourceCache,
  ): Promise<void> {
    for (const cell of document.cells) {
      this.summary.records++;
      await resources.load(cell.record, { images: this.options.images });
      for (const finding of findingsOf(name, cell, settings, resources)) this.add(finding);
      cell.forget();
    }
    const severity = settings.severities['syntax'] ?? 'error';
    if (severity === 'off') return;
    for (const { range, message } of [...document.problems, ...encodingProblems(file)]) {
      this.add({ file: name, record: null, code: 'syntax', severity, message, range, fixable: false });
    }
  }

  private add(finding: ReportedFinding): void {
    const counters = { error: 'errors', warning: 'warnings', information: 'informations', hint: 'hints' } as const;
    this.summary[counters[finding.severity]]++;
    this.worst = Math.max(this.worst, SEVERITIES.indexOf(finding.severity));
    this.reporter.finding(finding);
  }

  private fail(message: string): void {
    this.failed = true;
    // A broken config file holds for many files and is said once.
    if (!this.complained.has(message)) complain(message);
    this.complained.add(message);
  }
}

/** A file's text with every fix taken. Records are mended one by one, so that nothing between them changes. */
export async function fixText(
  kind: FileKind,
  text: string,
  settings: FileSettings,
  resources: ResourceCache,
  images: boolean,
): Promise<string> {
  const document = new UscdfDocument(kind, text);
  const offsets = new LineOffsets(text);
  let fixed = '';
  let from = 0;
  for (const cell of document.cells) {
    await resources.load(cell.record, { images });
    const start = offsets.offset(cell.start);
    const options = {
      kinds: TAKEN,
      scopes: ['turn', 'record', 'pixels'] as const,
      severities: settings.severities,
      resources,
    };
    fixed += text.slice(from, start) + fixRecord(kind, cell.source, options).source;
    cell.forget();
    from = start + cell.source.length;
  }
  return fixed + text.slice(from);
}

function findingsOf(
  file: string,
  cell: RecordCell,
  settings: FileSettings,
  resources: ResourceCache,
): readonly ReportedFinding[] {
  const record = new RecordModel(cell.record).id ?? null;
  const findings = checkRecord(cell.record, {
    scopes: ['turn', 'record', 'pixels'],
    severities: settings.severities,
    resources,
  });
  return findings.map((finding) => ({
    file,
    record,
    code: finding.code,
    severity: finding.severity,
    message: finding.message,
    range: cell.rangeOf(finding.span),
    fixable: fixOfKind(finding, TAKEN) !== undefined,
  }));
}

function encodingProblems({ text, invalidAt }: TextFile): readonly { range: Range; message: string }[] {
  if (invalidAt === undefined) return [];
  const range = new LineOffsets(text).range({ start: invalidAt, end: invalidAt + 1 });
  return [
    {
      range,
      message: 'These bytes are no UTF-8, so what stands here is lost to every reader: save the file as UTF-8.',
    },
  ];
}

function complain(message: string): void {
  process.stderr.write(`uscdf lint: ${message}\n`);
}

function refuse(message: string): number {
  complain(message);
  return FAILED;
}
