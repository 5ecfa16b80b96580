/** The files that a command writes: beside their places until all is there, then all of them in place. */
import { dirname, relative, resolve, sep } from 'node:path';
import { DatasetError, type OutputFile } from '../../core/datasets/format.ts';
import { PendingFile } from './pendingFile.ts';

/** So many files are open at a time: systems allow a process some hundreds. */
const MOST_OPEN = 64;

export class Outputs {
  private readonly files = new Map<string, PendingFile>();
  /** Those that are open, the one that was written last at the end. */
  private readonly open = new Set<PendingFile>();
  readonly folder: string;

  /**
   * @param target The file that the user named, or the folder where the output is several files.
   * @param isFolder The output is several files.
   * @param isProtected Whether a file must stay as it is, for it is an input.
   */
  constructor(
    private readonly target: string,
    private readonly isFolder: boolean,
    private readonly isProtected: (path: string) => boolean = () => false,
  ) {
    this.folder = resolve(isFolder ? target : dirname(target));
  }

  /** Throws a `DatasetError` where it cannot be made. */
  file(name?: string): OutputFile {
    const path = this.isFolder ? this.inside(name ?? '') : resolve(this.target);
    let file = this.files.get(path);
    if (file === undefined) {
      if (this.isProtected(path))
        throw new DatasetError(
          `${path} would be written over, and it belongs to the input: choose another place with -o.`,
        );
      file = new PendingFile(path, (used) => this.use(used));
      this.files.set(path, file);
    }
    return file;
  }

  relative(path: string): string {
    return relative(this.folder, resolve(path)).replaceAll(sep, '/');
  }

  /** Puts every file in its place; the names of those. Throws a `DatasetError`. */
  finish(): readonly string[] {
    for (const file of this.files.values()) file.close();
    for (const file of this.files.values()) file.place();
    return [...this.files.keys()];
  }

  /** Leaves everything as it was. */
  discard(): void {
    for (const file of this.files.values()) file.discard();
  }

  private use(file: PendingFile): void {
    this.open.delete(file);
    this.open.add(file);
    if (this.open.size <= MOST_OPEN) return;
    const [oldest] = this.open;
    if (oldest === undefined) return;
    this.open.delete(oldest);
    oldest.close();
  }

  private inside(name: string): string {
    const path = resolve(this.folder, name);
    if (name === '' || !path.startsWith(this.folder.endsWith(sep) ? this.folder : this.folder + sep))
      throw new DatasetError(
        `"${name}" is no name for a file in ${this.target}: a record's id or image leads outside of it.`,
      );
    return path;
  }
}
