/** The files of a dataset and the places of their records, found file by file in slices that leave room for questions. */
import { fstatSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { RecordTable } from '../../core/browsing/recordTable.ts';
import { type FileKind, fileKind } from '../../core/records/fileKind.ts';
import { isRemote, RecordModel } from '../../core/records/recordModel.ts';
import type { Severities } from '../../core/rules/checkRecord.ts';
import { findConfig } from '../files.ts';
import { RecordStreamError } from '../recordStream.ts';
import { readSettings } from '../settings.ts';
import { findFiles, MAX_FILES } from '../workspace/findFiles.ts';
import { LineScan } from './lineScan.ts';
import { OpenFiles, readWhole } from './readRecords.ts';

export interface BrowsedFile {
  readonly path: string;
  readonly kind: FileKind;
  readonly severities: Severities;
  /** Files that hold the masks of its records, absolute; only of a `.uscdf`, which can hold no masks itself. */
  readonly sidecars: Set<string>;
  /** What the file was like when its places were found. */
  readonly stamp: string;
  /** What its sidecars were like then. */
  sidecarStamp: string;
}

export class Dataset {
  readonly table = new RecordTable();
  readonly files: BrowsedFile[] = [];
  readonly problems: string[] = [];
  counted = false;
  private readonly severities = new Map<string, Severities>();
  private readonly open = new OpenFiles();

  /**
   * @param path A USCDF file or a folder of them, absolute.
   * @param editor The editor's `uscdf` section, which may hold anything.
   */
  constructor(
    readonly path: string,
    private readonly editor: unknown,
  ) {}

  /** Finds all places, and calls `breathe` after each slice; ends early where that resolves with `false`. */
  async count(breathe: () => Promise<boolean>): Promise<void> {
    for (const path of await this.paths()) {
      if (!(await this.countFile(path, breathe))) return;
    }
    this.open.closeAll();
    this.counted = true;
  }

  /** Whether a file is another one than when its records were found, or is gone, or one has come. */
  async hasChanged(): Promise<boolean> {
    const paths = await this.paths();
    const [known, now] = [this.files.map(({ path }) => path).join('\n'), paths.join('\n')];
    return this.counted && (known !== now || this.files.some(isOther));
  }

  /** In the order of their paths, so that a folder looks the same each time. */
  private async paths(): Promise<readonly string[]> {
    if (statOf(this.path)?.isDirectory() !== true) return [this.path];
    const { files, complete } = await findFiles([{ path: this.path, editor: undefined }]);
    if (!complete && !this.counted)
      this.problems.push(
        `The folder has more than ${MAX_FILES} USCDF files, and only ${MAX_FILES} of them are shown: open a smaller folder.`,
      );
    return files.map(({ path }) => path).sort();
  }

  private async countFile(path: string, breathe: () => Promise<boolean>): Promise<boolean> {
    const kind = fileKind(path);
    if (kind === undefined && statOf(path) === undefined) {
      this.problems.push(unreadable(path, { code: 'ENOENT' }));
      return true;
    }
    if (kind === undefined) {
      this.problems.push(`${path} is no USCDF file: its name must end in .uscdf, .uscdf.json or .uscdf.jsonl.`);
      return true;
    }
    const file = this.files.length;
    const severities = await this.severitiesOf(dirname(path));
    const stamp = stampOf(statOf(path));
    this.files.push({ path, kind, severities, stamp, sidecars: new Set(), sidecarStamp: '' });
    try {
      return kind === 'jsonl'
        ? await this.countLines(path, file, breathe)
        : await this.countWhole(path, kind, file, breathe);
    } catch (error) {
      this.problems.push(unreadable(path, error));
      return true;
    }
  }

  private async countLines(path: string, file: number, breathe: () => Promise<boolean>): Promise<boolean> {
    const handle = this.open.handle(path);
    const scan = new LineScan(handle, fstatSync(handle).size, (offset, length, line) =>
      this.table.addPlace(file, offset, length, line),
    );
    while (scan.step()) if (!(await breathe())) return false;
    return true;
  }

  private async countWhole(
    path: string,
    kind: FileKind,
    file: number,
    breathe: () => Promise<boolean>,
  ): Promise<boolean> {
    const { sidecars } = this.files[file]!;
    for (const [index, cell] of readWhole(path, kind).cells.entries()) {
      this.table.addPlace(file, index, 0, cell.start.line);
      if (kind !== 'uscdf') continue;
      const { sidecar } = new RecordModel(cell.record, undefined);
      if (sidecar !== undefined && !isRemote(sidecar)) sidecars.add(resolve(dirname(path), sidecar));
      cell.forget();
    }
    this.files[file]!.sidecarStamp = stampOfAll(sidecars);
    return breathe();
  }

  /** A config file that is wrong holds for nothing; the editor reports it at its own place. */
  private async severitiesOf(folder: string): Promise<Severities> {
    const known = this.severities.get(folder);
    if (known !== undefined) return known;
    const found = await findConfig(folder);
    const { severities } = readSettings(this.editor, found?.config.ok ? found.config.value : undefined);
    this.severities.set(folder, severities);
    return severities;
  }
}

function isOther({ path, stamp, sidecars, sidecarStamp }: BrowsedFile): boolean {
  return stampOf(statOf(path)) !== stamp || stampOfAll(sidecars) !== sidecarStamp;
}

function stampOfAll(paths: ReadonlySet<string>): string {
  return [...paths].map((path) => stampOf(statOf(path))).join('\n');
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function stampOf(found: Stats | undefined): string {
  return found === undefined ? 'gone' : `${found.size} ${found.mtimeMs} ${found.ino}`;
}

function unreadable(path: string, error: unknown): string {
  if (error instanceof RecordStreamError) return error.message;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return `${path} is not there any more: check the path, or open another file.`;
  return `${path} cannot be read (${code ?? String(error)}): check its permissions and the disk.`;
}
