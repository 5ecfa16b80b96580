/** `uscdf format`: canonical spacing, placeholders, list commas, clause wording. */
import type { Command } from 'commander';
import { type FormatOptions, formatRecord } from '../core/language/format.ts';
import { type FileKind, fileKind, UscdfDocument } from '../core/records/document.ts';
import { LineOffsets } from '../core/records/lineStore.ts';
import { applyEdits, type Position } from '../core/records/position.ts';
import { ok } from '../core/result.ts';
import { findInputs, USCDF_FILE } from './inputs.ts';
import { Settings } from './settings.ts';
import { readStandardInput } from './standardInput.ts';
import { decodeText, readTextFile, replaceTextFile } from './textFile.ts';

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
  const settings = new Settings({}, options.config);
  const config = await settings.checkNamed();
  if (!config.ok) return refuse(config.message);
  const { files, complaints } = findInputs(
    paths.filter((path) => path !== '-'),
    (name) => fileKind(name) !== undefined,
    USCDF_FILE,
  );
  const said = new Set<string>();
  // A broken config file holds for many files and is said once.
  const say = (message: string) => {
    if (!said.has(message)) complain(message);
    said.add(message);
  };
  for (const each of complaints) say(each);
  const all = standard ? ['-', ...files] : files;
  if (!options.check && !options.write && all.length > 1)
    return refuse('Only one file can be printed: add --write to replace the files, or --check to compare them.');
  let failed = complaints.length > 0;
  let changes = false;
  for (const path of all) {
    const { changed, problems } = await formatFile(path, options, settings);
    for (const problem of problems) say(problem);
    if (problems.length > 0) failed = true;
    if (changed) changes = true;
  }
  if (failed) return FAILED;
  return options.check && changes ? CHANGES : 0;
}

interface Outcome {
  readonly changed: boolean;
  /** Why the file, or a part of it, could not be formatted; a sentence each. */
  readonly problems: readonly string[];
}

async function formatFile(path: string, options: FormatCommandOptions, settings: Settings): Promise<Outcome> {
  const name = path === '-' ? options.stdinFilename! : path;
  const kind = fileKind(name);
  if (kind === undefined)
    return problem(`${name} is no USCDF file: its name must end in .uscdf, .uscdf.json or .uscdf.jsonl.`);
  const config = await settings.for(name);
  if (!config.ok) return problem(config.message);
  const read = path === '-' ? ok(decodeText(await readStandardInput())) : readTextFile(path);
  if (!read.ok) return problem(read.message);
  const { text, byteOrderMark, invalidAt } = read.value;
  if (invalidAt !== undefined)
    return problem(`${name} is not all UTF-8, and writing it back would lose bytes: save it as UTF-8 first.`);
  const { formatted, unreadable } = formatText(kind, text, config.value.format);
  const changed = formatted !== text;
  if (options.check) {
    if (changed) process.stdout.write(`${name}\n`);
  } else if (options.write && path !== '-') {
    const written = changed ? replaceTextFile(path, formatted, read.value) : undefined;
    if (written?.ok === false) return problem(written.message);
    if (changed) process.stdout.write(`${name}\n`);
  } else process.stdout.write((byteOrderMark ? '\ufeff' : '') + formatted);
  return { changed, problems: unreadable.map(({ at, message }) => `${name}:${at.line + 1}: ${message}`) };
}

interface Formatted {
  readonly formatted: string;
  /** What does not parse, and where; it stays as it is. */
  readonly unreadable: readonly { readonly at: Position; readonly message: string }[];
}

/** A file's text in canonical form. */
export function formatText(kind: FileKind, text: string, options: FormatOptions): Formatted {
  const document = new UscdfDocument(kind, text);
  const offsets = new LineOffsets(text);
  const unreadable = document.problems.map(({ range, message }) => ({ at: range.start, message }));
  let formatted = '';
  let from = 0;
  for (const cell of document.cells) {
    const start = offsets.offset(cell.start);
    const edits = cell.record.edit(formatRecord(cell.record, options)) ?? [];
    formatted += text.slice(from, start) + applyEdits(cell.source, edits);
    from = start + cell.source.length;
    for (const { start, message } of cell.record.problems) unreadable.push({ at: cell.positionOf(start), message });
    cell.forget();
  }
  return { formatted: formatted + text.slice(from), unreadable };
}

function problem(message: string): Outcome {
  return { changed: false, problems: [message] };
}

function complain(message: string): void {
  process.stderr.write(`uscdf format: ${message}\n`);
}

function refuse(message: string): number {
  complain(message);
  return FAILED;
}
