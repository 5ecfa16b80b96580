/** `uscdf format`: canonical spacing, placeholders, list commas, clause wording. */
import type { Command } from 'commander';
import { type FormatOptions, formatRecord } from '../core/language/format.ts';
import { type FileKind, fileKind, UscdfDocument } from '../core/records/document.ts';
import { LineOffsets } from '../core/records/lineStore.ts';
import { applyEdits } from '../core/records/position.ts';
import { findInputs } from './inputs.ts';
import { Settings } from './settings.ts';
import { readStandardInput } from './standardInput.ts';
import { decodeText, readTextFile, writeTextFile } from './textFile.ts';

interface FormatCommandOptions {
  readonly check?: boolean;
  readonly write?: boolean;
  readonly config?: string;
  readonly stdinFilename?: string;
}

const CHANGES = 1;
const FAILED = 2;

export function registerFormat(program: Command): void {
  program
    .command('format')
    .summary('write USCDF files in canonical form')
    .description(
      'Spacing of tags, image placeholder, list commas and negative clauses; what a record means stays. Prints the result of one file, or with --write replaces files.',
    )
    .argument('<path...>', 'files, folders, globs, or -')
    .option('--check', 'change nothing; exit with 1 and name the files that would change')
    .option('--write', 'replace the files')
    .option('--config <file>', 'a config file instead of the nearest uscdf.config.json')
    .option('--stdin-filename <name>', 'the name, and with it the kind, of standard input')
    .action(async (paths: string[], options: FormatCommandOptions) => {
      process.exitCode = await format(paths, options);
    });
}

async function format(paths: readonly string[], options: FormatCommandOptions): Promise<number> {
  if (options.check && options.write) return refuse('--check changes nothing and --write does: write one of them.');
  const standard = paths.includes('-');
  if (standard && options.stdinFilename === undefined)
    return refuse('"-" needs --stdin-filename NAME.uscdf.jsonl, which says what kind of file it is.');
  const { files, missing } = findInputs(
    paths.filter((path) => path !== '-'),
    (name) => fileKind(name) !== undefined,
  );
  for (const path of missing) complain(`${path}: no such file, folder or match. Check the path.`);
  const all = standard ? ['-', ...files] : files;
  if (!options.check && !options.write && all.length > 1)
    return refuse('Only one file can be printed: add --write to replace the files, or --check to compare them.');
  const settings = new Settings({}, options.config);
  let failed = missing.length > 0;
  let changes = false;
  for (const path of all) {
    const outcome = await formatFile(path, options, settings);
    if (outcome === 'failed') failed = true;
    if (outcome === 'changed') changes = true;
  }
  if (failed) return FAILED;
  return options.check && changes ? CHANGES : 0;
}

async function formatFile(
  path: string,
  options: FormatCommandOptions,
  settings: Settings,
): Promise<'failed' | 'changed' | 'same'> {
  const name = path === '-' ? options.stdinFilename! : path;
  const kind = fileKind(name);
  if (kind === undefined)
    return report(`${name} is no USCDF file: its name must end in .uscdf, .uscdf.json or .uscdf.jsonl.`);
  const config = await settings.for(name);
  if (!config.ok) return report(config.message);
  const read = path === '-' ? { ok: true as const, value: decodeText(await readStandardInput()) } : readTextFile(path);
  if (!read.ok) return report(read.message);
  const { text, byteOrderMark, invalidAt } = read.value;
  if (invalidAt !== undefined)
    return report(`${name} is not all UTF-8, and writing it back would lose bytes: save it as UTF-8 first.`);
  const formatted = formatText(kind, text, config.value.format);
  const outcome = formatted === text ? 'same' : 'changed';
  if (options.check) {
    if (outcome === 'changed') process.stdout.write(`${name}\n`);
  } else if (options.write && path !== '-') {
    const written = outcome === 'changed' ? writeTextFile(path, formatted, byteOrderMark) : undefined;
    if (written?.ok === false) return report(written.message);
    if (outcome === 'changed') process.stdout.write(`${name}\n`);
  } else process.stdout.write((byteOrderMark ? '\ufeff' : '') + formatted);
  return outcome;
}

/** A file's text in canonical form; records that do not parse stay as they are. */
export function formatText(kind: FileKind, text: string, options: FormatOptions): string {
  const document = new UscdfDocument(kind, text);
  const offsets = new LineOffsets(text);
  let formatted = '';
  let from = 0;
  for (const cell of document.cells) {
    const start = offsets.offset(cell.start);
    const edits = cell.record.edit(formatRecord(cell.record, options)) ?? [];
    formatted += text.slice(from, start) + applyEdits(cell.source, edits);
    from = start + cell.source.length;
  }
  return formatted + text.slice(from);
}

function report(message: string): 'failed' {
  complain(message);
  return 'failed';
}

function complain(message: string): void {
  process.stderr.write(`uscdf format: ${message}\n`);
}

function refuse(message: string): number {
  complain(message);
  return FAILED;
}
