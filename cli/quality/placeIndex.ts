/** Where the records of some files are, by their numbers, 24 bytes each; reads them again when they are asked for. */
import { Column } from '../../core/quality/column.ts';
import type { RecordModel } from '../../core/records/recordModel.ts';
import { RecordReader } from '../evaluate/recordReader.ts';
import type { RecordPlace } from '../evaluate/task.ts';
import { Breath } from './breath.ts';
import type { Watch } from './work.ts';

/** Records that are remembered: whoever compares pairs asks for the same ones again and again. */
const MOST_REMEMBERED = 64;

export class PlaceIndex {
  private readonly file = new Column();
  private readonly at = new Column();
  private readonly line = new Column();
  private readonly reader = new RecordReader();
  private readonly breath = new Breath();
  private readonly remembered = new Map<number, RecordModel | undefined>();

  constructor(
    private readonly paths: readonly string[],
    private readonly watch: Watch,
  ) {}

  get size(): number {
    return this.file.length;
  }

  /** @param file An index into the paths. */
  add(file: number, { at, line }: RecordPlace): void {
    this.file.push(file);
    this.at.push(at);
    this.line.push(line);
  }

  place(record: number): RecordPlace {
    return { path: this.paths[this.file.at(record)]!, at: this.at.at(record), line: this.line.at(record) };
  }

  /** The record, read again; `undefined`, with a complaint, where the file has changed meanwhile. */
  async read(record: number): Promise<RecordModel | undefined> {
    if (this.remembered.has(record)) return this.remembered.get(record);
    const due = this.breath.due();
    if (due !== undefined) await due;
    const place = this.place(record);
    const read = await this.reader.read(place);
    if (!read.ok) this.watch.fail(`${place.path}:${place.line + 1}: ${read.message}`);
    const model = read.ok ? read.value : undefined;
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value!);
    this.remembered.set(record, model);
    return model;
  }

  close(): Promise<void> {
    return this.reader.close();
  }
}
