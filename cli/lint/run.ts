/** One run of `uscdf lint`: cuts its inputs into tasks, and reports what they find in the order of the inputs. */
import { createReadStream, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type FileKind, fileKind } from '../../core/records/document.ts';
import type { Position, Range } from '../../core/records/position.ts';
import { SEVERITIES } from '../../core/records/recordModel.ts';
import type { Scope } from '../../core/rules/rule.ts';
import { DiskFiles } from '../../server/files.ts';
import { LineFile, RecordStreamError } from '../../server/recordStream.ts';
import type { Output } from '../reporters/output.ts';
import type { Reporter, Summary } from '../reporters/reporter.ts';
import type { Settings } from '../settings.ts';
import { takeStandardInput } from '../standardInput.ts';
import { TemporaryFileError } from '../temporaryFile.ts';
import { decodeText } from '../textFile.ts';
import { compareRecords, RecordIndex } from './fileScope.ts';
import { mendLargeFile } from './mend.ts';
import type { Shard } from './options.ts';
import { Pipeline } from './pipeline.ts';
import { type Crew, WorkerGoneError } from './pool.ts';
import type { CheckSettings, Emit, LinesTask, TaskFinding, TaskResult } from './task.ts';
import { checkText, mendText } from './whole.ts';

export interface LintPlan {
  /** `-` is standard input, which stands first. */
  readonly paths: readonly string[];
  readonly settings: Settings;
  readonly scopes: readonly Scope[];
  readonly images: boolean;
  readonly fix: boolean;
  readonly withEdits: boolean;
  readonly shard: Shard | undefined;
  readonly stdinFilename: string | undefined;
  /** How many bytes of a `.uscdf.jsonl` are one task. */
  readonly blockBytes: number;
  /** Who does the tasks; `standardBytes` is how long standard input is. */
  crew(standardBytes: number): Crew;
  /** Called when a task is done with the bytes of the input that it read. */
  progress(bytes: number): void;
}

/** Standard input of a kind that is read whole may be so long, as files may. */
const MAX_WHOLE_BYTES = 500e6;

export class LintRun {
  readonly summary: Summary = { files: 0, records: 0, errors: 0, warnings: 0, informations: 0, hints: 0 };
  failed = false;
  /** The index in `SEVERITIES` of the worst finding. */
  worst = 0;
  private readonly complained = new Set<string>();
  /** How many files were met that only one shard reads. */
  private wholeFiles = 0;
  private standardBytes = 0;

  constructor(
    private readonly plan: LintPlan,
    private readonly reporter: Reporter,
    private readonly output: Output,
    private readonly complain: (message: string) => void,
  ) {}

  /** Checks all inputs. Where the run cannot go on, it says so and has failed. */
  async all(): Promise<void> {
    const pipeline = new Pipeline(() => this.plan.crew(this.standardBytes));
    await this.orFail(async () => {
      try {
        for (const path of this.plan.paths) await this.input(path, pipeline);
        await pipeline.finish();
      } finally {
        await pipeline.close();
      }
    });
  }

  /** Ends the report. */
  async end(): Promise<void> {
    await this.orFail(async () => this.reporter.end(this.summary));
  }

  private async orFail(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof WorkerGoneError) && !(error instanceof TemporaryFileError)) throw error;
      this.fail(error.message);
    }
  }

  private async input(path: string, pipeline: Pipeline): Promise<void> {
    const name = path === '-' ? this.plan.stdinFilename! : path;
    const kind = fileKind(name);
    if (kind === undefined)
      return this.fail(`${name} is no USCDF file: its name must end in .uscdf, .uscdf.json or .uscdf.jsonl.`);
    const found = await this.plan.settings.for(name);
    if (!found.ok) return this.fail(found.message);
    const { scopes, images, withEdits } = this.plan;
    const settings: CheckSettings = { scopes, images, withEdits, severities: found.value.severities };
    if (path === '-') return this.standardInput(name, kind, settings, pipeline);
    const size = sizeOf(path);
    if (kind !== 'jsonl' || (this.plan.fix && size <= 2 * this.plan.blockBytes))
      return this.wholeFile(path, settings, pipeline);
    if (this.plan.fix && !(await this.mend(path, path, settings, pipeline))) return;
    return this.linesFile(path, name, settings, pipeline);
  }

  private async wholeFile(path: string, settings: CheckSettings, pipeline: Pipeline): Promise<void> {
    const { shard, fix } = this.plan;
    if (shard !== undefined && this.wholeFiles++ % shard.count !== shard.number - 1) return;
    await pipeline.give(
      { kind: 'whole', path, fix, ...settings },
      {
        emit: (findings) => this.report(path, findings, 0),
        done: async (result) => {
          this.plan.progress(sizeOf(path));
          if (result.failure !== undefined) return this.fail(result.failure);
          this.summary.files++;
          this.summary.records += result.records;
          await this.reportEncoding(path, settings, result.invalidAt);
        },
      },
    );
  }

  /** A `.uscdf.jsonl`, block by block. */
  private async linesFile(path: string, name: string, settings: CheckSettings, pipeline: Pipeline): Promise<void> {
    const size = sizeOf(path);
    const { shard, blockBytes } = this.plan;
    const { start, end } = shard === undefined ? { start: 0, end: size } : stretchOf(shard, size);
    const file = new LinesFile(settings.scopes.includes('file') && (shard?.number ?? 1) === 1);
    try {
      if (start > 0) file.line = await countBefore(path, start);
    } catch (error) {
      if (!(error instanceof RecordStreamError)) throw error;
      return this.fail(error.message);
    }
    const task = { kind: 'lines', path, name, ...settings } as const;
    for (const block of blocksOf(start, end, blockBytes)) await this.block({ ...task, ...block }, true, file, pipeline);
    // The first shard compares the records of the whole file, so it needs the ids of the others' too.
    const rest = file.comparesRecords && end < size ? blocksOf(end, size, blockBytes) : [];
    for (const block of rest) await this.block({ ...task, ...block }, false, file, pipeline);
    pipeline.after(() => this.endLines(path, name, settings, file));
  }

  private async block(task: LinesTask, isOwn: boolean, file: LinesFile, pipeline: Pipeline): Promise<void> {
    if (file.failed) return;
    const scopes = file.comparesRecords ? task.scopes : task.scopes.filter((scope) => scope !== 'file');
    await pipeline.give(
      { ...task, scopes: isOwn ? scopes : [] },
      {
        emit: (findings) => this.report(task.name, findings, file.line),
        done: (result) => {
          this.plan.progress(task.end - task.start);
          if (result.failure !== undefined) {
            file.failed = true;
            return this.fail(result.failure);
          }
          file.take(result, isOwn);
          if (isOwn) this.summary.records += result.records;
        },
      },
    );
  }

  /** What is known of a `.uscdf.jsonl` when all its lines are checked. */
  private async endLines(path: string, name: string, settings: CheckSettings, file: LinesFile): Promise<void> {
    if (file.failed) return;
    this.summary.files++;
    if (file.index !== undefined) await this.compare(path, name, settings, file.index);
    await this.reportEncoding(name, settings, file.invalidAt);
  }

  private async compare(path: string, name: string, settings: CheckSettings, index: RecordIndex): Promise<void> {
    const files = new DiskFiles(dirname(resolve(name)));
    const emit: Emit = (findings) => this.report(name, findings, 0);
    try {
      await compareRecords(path, index, settings, files, emit);
    } catch (error) {
      if (!(error instanceof RecordStreamError)) throw error;
      this.fail(error.message);
    }
  }

  private async standardInput(
    name: string,
    kind: FileKind,
    settings: CheckSettings,
    pipeline: Pipeline,
  ): Promise<void> {
    const taken = await takeStandardInput(kind === 'jsonl' ? 2 * this.plan.blockBytes : MAX_WHOLE_BYTES);
    if ('bytes' in taken) return this.standardText(name, kind, taken.bytes, settings);
    this.standardBytes = sizeOf(taken.path);
    if (kind !== 'jsonl')
      return this.fail(`${name}: standard input is longer than 500 MB: split it, or pipe in a .uscdf.jsonl.`);
    if (this.plan.fix && (await this.mend(taken.path, name, settings, pipeline))) {
      for await (const part of createReadStream(taken.path)) process.stdout.write(part as Buffer);
    }
    return this.linesFile(taken.path, name, settings, pipeline);
  }

  private async standardText(name: string, kind: FileKind, bytes: Uint8Array, settings: CheckSettings): Promise<void> {
    const { text, byteOrderMark, invalidAt } = decodeText(bytes);
    let mended = text;
    if (this.plan.fix) {
      // Bytes that are no UTF-8 pass as they came.
      if (invalidAt === undefined) mended = await mendText(kind, name, text, settings);
      process.stdout.write(mended === text ? bytes : `${byteOrderMark ? '\ufeff' : ''}${mended}`);
    }
    const emit: Emit = (findings) => this.report(name, findings, 0);
    const result = await checkText(kind, name, { text: mended, invalidAt }, settings, emit);
    this.summary.files++;
    this.summary.records += result.records;
    await this.reportEncoding(name, settings, result.invalidAt);
  }

  /** Mends a file that is too large to be held; returns whether it can be checked now. */
  private async mend(path: string, name: string, settings: CheckSettings, pipeline: Pipeline): Promise<boolean> {
    const mended = await mendLargeFile(path, name, settings, this.plan.blockBytes, pipeline);
    if (!mended.ok) this.fail(mended.message);
    return mended.ok;
  }

  private async report(file: string, findings: readonly TaskFinding[], firstLine: number): Promise<void> {
    const counters = { error: 'errors', warning: 'warnings', information: 'informations', hint: 'hints' } as const;
    for (const { record, code, severity, message, range, fixable, related, fix } of findings) {
      this.summary[counters[severity]]++;
      this.worst = Math.max(this.worst, SEVERITIES.indexOf(severity));
      this.reporter.finding(
        { file, record, code, severity, message, range: moved(range, firstLine), fixable },
        {
          related: related.map((each) => ({ ...each, range: moved(each.range, firstLine) })),
          ...(fix !== undefined && {
            fix: { ...fix, edits: fix.edits.map((edit) => ({ ...edit, range: moved(edit.range, firstLine) })) },
          }),
        },
      );
    }
    await this.output.flush();
  }

  private async reportEncoding(file: string, settings: CheckSettings, at: Position | undefined): Promise<void> {
    const severity = settings.severities['syntax'] ?? 'error';
    if (at === undefined || severity === 'off' || !settings.scopes.includes('record')) return;
    const message = 'These bytes are no UTF-8, so what stands here is lost to every reader: save the file as UTF-8.';
    const range = { start: at, end: { line: at.line, character: at.character + 1 } };
    await this.report(
      file,
      [{ record: null, code: 'syntax', severity, message, range, fixable: false, related: [] }],
      0,
    );
  }

  private fail(message: string): void {
    this.failed = true;
    // A broken config file holds for many files and is said once.
    if (!this.complained.has(message)) this.complain(message);
    this.complained.add(message);
  }
}

/** What is known so far of a `.uscdf.jsonl` that is checked block by block. */
class LinesFile {
  failed = false;
  /** The file's line with which the next block begins. */
  line = 0;
  invalidAt: Position | undefined;
  /** Where records are compared, their ids. */
  readonly index: RecordIndex | undefined;

  constructor(readonly comparesRecords: boolean) {
    this.index = comparesRecords ? new RecordIndex() : undefined;
  }

  take({ ids, unparsed, lines, invalidAt }: TaskResult, isOwn: boolean): void {
    if (invalidAt !== undefined && isOwn)
      this.invalidAt ??= { line: this.line + invalidAt.line, character: invalidAt.character };
    if (this.index !== undefined && ids !== undefined) this.index.add(ids, this.line);
    if (this.index !== undefined && unparsed !== 0) this.index.whole = false;
    this.line += lines;
  }
}

/** Cuts a stretch of bytes, at least one block even where it is empty: a file that cannot be opened has to say so. */
function* blocksOf(
  start: number,
  end: number,
  bytes: number,
): Generator<{ readonly start: number; readonly end: number }> {
  let at = start;
  do {
    yield { start: at, end: Math.min(at + bytes, end) };
    at += bytes;
  } while (at < end);
}

/** The bytes of a file that a shard's lines begin in. */
export function stretchOf({ number, count }: Shard, size: number): { readonly start: number; readonly end: number } {
  return { start: Math.floor((size * (number - 1)) / count), end: Math.floor((size * number) / count) };
}

async function countBefore(path: string, start: number): Promise<number> {
  const file = await LineFile.open(path);
  try {
    return await file.countLines(start);
  } finally {
    await file.close();
  }
}

/** In bytes; 0 for what is no file, which fails when it is opened. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function moved({ start, end }: Range, down: number): Range {
  if (down === 0) return { start, end };
  return {
    start: { line: start.line + down, character: start.character },
    end: { line: end.line + down, character: end.character },
  };
}
