/** One conversion from beginning to end. */
import { existsSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import {
  DatasetError,
  type DatasetFormat,
  type NewRecord,
  type OptionValue,
  type ReadRecord,
  type RecordWriter,
} from '../../core/datasets/format.ts';
import { readRecord } from '../../core/datasets/readRecord.ts';
import { formatOf, USCDF } from '../../core/datasets/registry.ts';
import { RecordCell } from '../../core/records/document.ts';
import { type FileKind, fileKind } from '../../core/records/fileKind.ts';
import { isObject } from '../../core/records/isObject.ts';
import { RecordModel } from '../../core/records/recordModel.ts';
import { writeRecord } from '../../core/records/writeRecord.ts';
import { DiskDataset } from './diskDataset.ts';
import { DiskImages } from './diskImages.ts';
import { Outputs } from './outputs.ts';
import { inputRecords } from './records.ts';
import { relocated } from './relocated.ts';
import { ConversionReport } from './report.ts';
import { isInside, isSamePath } from './samePath.ts';

export interface Conversion {
  readonly from: string;
  readonly to: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Folders in which photographs are looked for. */
  readonly images: readonly string[];
  readonly seed: number;
  readonly readOptions: Readonly<Record<string, OptionValue>>;
  readonly writeOptions: Readonly<Record<string, OptionValue>>;
}

export interface ConversionWatch {
  readonly signal: AbortSignal;
  /** Bytes of the inputs that are read, and all of them; 0 where that is not known. */
  progress(done: number, total: number): void;
}

/** Thrown when the signal ends a conversion; nothing is written then. */
export class ConversionStopped extends Error {}

/** Whoever wants to stop a conversion is heard so often. */
const TURN_MS = 50;

/**
 * Converts, and gives the report and the files written: none where no item became a record. Throws a `DatasetError` for what
 * ends a conversion, and leaves then everything as it was.
 */
export async function convert(
  conversion: Conversion,
  watch: ConversionWatch,
): Promise<{ readonly report: ConversionReport; readonly outputs: readonly string[] }> {
  const target = conversion.to === USCDF ? undefined : formatOf(conversion.to);
  const outputs = new Outputs(conversion.output, target?.writesFolder === true, (path) => isOfInput(conversion, path));
  const report = new ConversionReport(conversion.from, conversion.to);
  try {
    const sink =
      target === undefined ? recordSink(conversion, outputs, report) : formatSink(target, conversion, outputs, report);
    let turn = performance.now();
    for await (const piece of source(conversion, outputs, report, watch)) {
      // Signals and progress pass only while nothing is computed.
      if (performance.now() - turn > TURN_MS) {
        await setImmediate();
        turn = performance.now();
      }
      if (watch.signal.aborted) throw new ConversionStopped();
      if (piece !== undefined) await sink.add(piece);
    }
    await sink.end();
    if (watch.signal.aborted) throw new ConversionStopped();
    // An input of another kind must not cost the user the last good output.
    if (report.records === 0 && report.count('rejected') > 0) {
      outputs.discard();
      return { report, outputs: [] };
    }
    return { report, outputs: outputs.finish() };
  } catch (error) {
    outputs.discard();
    throw error;
  }
}

/**
 * Whether a file is an input, or a part of one that is a folder. A USCDF file may lie in the folder of the dataset, where it
 * takes nothing's place but its own.
 */
function isOfInput({ inputs, to }: Conversion, path: string): boolean {
  if (inputs.some((input) => isSamePath(input, path))) return true;
  return to !== USCDF && existsSync(path) && inputs.some((input) => isInside(path, input));
}

/** A record on its way, as a value or read from a file already. */
type Piece =
  | { readonly value: NewRecord; readonly file: string; readonly item: string }
  | { readonly read: ReadRecord; readonly file: string; readonly item: string };

/** The records in order; `undefined` for an item that became none. */
async function* source(
  conversion: Conversion,
  outputs: Outputs,
  report: ConversionReport,
  { signal, progress }: ConversionWatch,
): AsyncGenerator<Piece | undefined> {
  const meter = new Meter(conversion.inputs, progress);
  const told = (path: string, byte: number) => meter.at(path, byte);
  if (conversion.from === USCDF) {
    for await (const input of inputRecords(conversion.inputs, told)) {
      if (input.ok) {
        yield { read: input.record, file: input.file, item: input.record.id };
        continue;
      }
      report.add({
        kind: 'rejected',
        code: 'broken-record',
        file: input.file,
        item: input.item,
        message: input.message,
      });
      yield undefined;
    }
    return;
  }
  const files = new DiskDataset((path, byte) => {
    // A reader may go through a large file before its first record.
    if (signal.aborted) throw new ConversionStopped();
    told(path, byte);
  });
  try {
    const events = formatOf(conversion.from)!.read!({
      paths: conversion.inputs,
      files,
      relative: (path) => outputs.relative(path),
      images: new DiskImages(conversion.images, outputs.folder, (name) => report.imageNotFound(name)),
      options: conversion.readOptions,
      seed: conversion.seed,
      progress: told,
    });
    for await (const event of events) {
      if (event.kind === 'record') yield { value: event.record, ...event.from };
      else {
        report.add({ kind: event.kind, code: event.code, message: event.message, ...event.from });
        yield undefined;
      }
    }
  } finally {
    files.close();
  }
}

interface Sink {
  add(piece: Piece): Promise<void>;
  end(): Promise<void>;
}

/** Writes USCDF of the kind that the output's name says. */
function recordSink({ output }: Conversion, outputs: Outputs, report: ConversionReport): Sink {
  const kind = fileKind(output);
  if (kind === undefined)
    throw new DatasetError(`-o ${output}: a USCDF file ends in .uscdf.jsonl, .uscdf.json or .uscdf: name it so.`);
  const file = outputs.file();
  const ids = new Set<string>();
  let count = 0;
  return {
    async add(piece) {
      const value = 'value' in piece ? piece.value : relocated(piece.read, piece.file, outputs);
      const record = { ...value, id: freeId(String(value['id'] ?? `record-${count + 1}`), ids) };
      const text = writeRecord(kind, record, kind === 'json' ? '  ' : '');
      if (!text.ok) {
        report.add({
          kind: 'rejected',
          code: 'not-writable',
          message: text.message,
          file: piece.file,
          item: piece.item,
        });
        return;
      }
      file.write(before(kind, count++) + text.value);
      countRecord(report, record);
    },
    async end() {
      file.write(kind === 'json' ? (count === 0 ? '[]\n' : '\n]\n') : count > 0 && kind === 'jsonl' ? '\n' : '');
    },
  };
}

function before(kind: FileKind, count: number): string {
  if (kind === 'json') return count === 0 ? '[\n  ' : ',\n  ';
  return kind === 'jsonl' && count > 0 ? '\n' : '';
}

/** Ids are unique in a file: a second record of the same gets a number behind it. */
function freeId(id: string, taken: Set<string>): string {
  let free = id;
  for (let n = 2; taken.has(free); n++) free = `${id}-${n}`;
  taken.add(free);
  return free;
}

function formatSink(format: DatasetFormat, conversion: Conversion, outputs: Outputs, report: ConversionReport): Sink {
  const writer: RecordWriter = format.write!({
    folder: outputs.folder,
    file: (name) => outputs.file(name),
    options: conversion.writeOptions,
    seed: conversion.seed,
    relative: (path) => outputs.relative(path),
  });
  return {
    async add(piece) {
      const record = 'value' in piece ? asReadRecord(piece.value) : piece.read;
      let isWritten = true;
      for (const { code, message, leftOut } of await writer.add(record)) {
        report.add({ kind: leftOut === true ? 'rejected' : 'lost', code, message, file: piece.file, item: record.id });
        if (leftOut === true) isWritten = false;
      }
      if (isWritten) countRecord(report, record.value);
    },
    end: () => writer.end(),
  };
}

/** A record that no file holds yet. */
function asReadRecord(value: NewRecord): ReadRecord {
  const cell = new RecordCell('jsonl', JSON.stringify(value), { line: 0, character: 0 });
  return readRecord(new RecordModel(cell.record), undefined, async () => undefined);
}

function countRecord(report: ConversionReport, record: Readonly<Record<string, unknown>>): void {
  const { conversations, masks } = record;
  report.records++;
  if (Array.isArray(masks)) report.masks += masks.length;
  if (!Array.isArray(conversations)) return;
  for (const turn of conversations) {
    if (isObject(turn) && turn['from'] === 'gpt' && typeof turn['value'] === 'string')
      report.phrases += turn['value'].split('<p>').length - 1;
  }
}

/** How far all inputs together are read. */
class Meter {
  private readonly sizes = new Map<string, number>();
  private readonly done = new Map<string, number>();
  private readonly total: number;

  constructor(
    inputs: readonly string[],
    private readonly progress: (done: number, total: number) => void,
  ) {
    let total = 0;
    for (const path of inputs) {
      const size = sizeOf(path);
      this.sizes.set(path, size);
      total += size;
    }
    this.total = total;
  }

  at(path: string, byte: number): void {
    if (!this.sizes.has(path)) return;
    this.done.set(path, Math.max(byte, this.done.get(path) ?? 0));
    let done = 0;
    for (const each of this.done.values()) done += each;
    this.progress(done, this.total);
  }
}

function sizeOf(path: string): number {
  try {
    const found = statSync(path);
    return found.isFile() ? found.size : 0;
  } catch {
    return 0;
  }
}
