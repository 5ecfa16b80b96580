/** A file of masks that a record names: its list, and the edits of its own text. */
import { JsonRecord } from '../../records/jsonRecord.ts';
import { LineOffsets } from '../../records/lineStore.ts';
import { applyEdits } from '../../records/position.ts';
import type { Resources } from '../../records/recordModel.ts';
import type { RecordEdit } from '../../records/sourceRecord.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { FileEdits } from './shapeEdit.ts';

/** Edits of a sidecar, and the masks that it holds with them. */
export interface SidecarEdits {
  readonly file: FileEdits;
  readonly masks: readonly unknown[];
}

export class Sidecar {
  private constructor(
    private readonly path: string,
    private readonly source: JsonRecord,
    readonly masks: readonly unknown[],
  ) {}

  /** @param text The file's text as it is on disk, without a byte-order mark. */
  static read(path: string, text: string): Result<Sidecar> {
    const source = new JsonRecord(text);
    return Array.isArray(source.value)
      ? ok(new Sidecar(path, source, source.value))
      : fail(`The file ${path} is no JSON list of masks, so none can be changed in it: write a list into it first.`);
  }

  /** @param edits In terms of the list, which is the value at the empty path. */
  edit(edits: readonly RecordEdit[]): SidecarEdits | undefined {
    const made = this.source.edit(edits);
    if (made === undefined) return undefined;
    const masks = new JsonRecord(applyEdits(this.source.source, made)).value;
    if (!Array.isArray(masks)) return undefined;
    const lines = new LineOffsets(this.source.source);
    const inFile = made.map((edit) => ({ range: lines.range(edit), newText: edit.newText }));
    return { file: { path: this.path, edits: inFile }, masks };
  }
}

/** What is known of a record's files, with these masks in its sidecar. */
export function withSidecar(resources: Resources | undefined, masks: readonly unknown[]): Resources {
  return {
    image: (path) => resources?.image(path),
    labelMap: (file) => resources?.labelMap(file),
    sidecar: () => ok(masks),
  };
}
