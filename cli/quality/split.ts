/** Splits files into parts, each a `.uscdf.jsonl`. */
import { join, resolve } from 'node:path';
import { DistinctCount } from '../../core/quality/distinctCount.ts';
import { partOf, type SplitPart } from '../../core/quality/split.ts';
import { Outputs } from '../convert/outputs.ts';
import { movedLine } from './moved.ts';
import { imageKeyOf, type PlacedModel, placedRecords } from './records.ts';
import type { Watch } from './work.ts';

export const SPLIT_UNITS = ['image', 'record'] as const;
export type SplitUnit = (typeof SPLIT_UNITS)[number];

export interface SplitOptions {
  readonly parts: readonly SplitPart[];
  readonly by: SplitUnit;
  readonly seed: number;
  /** The folder of the parts. */
  readonly folder: string;
}

export interface SplitReport {
  readonly version: 1;
  readonly by: SplitUnit;
  readonly seed: number;
  readonly parts: readonly {
    readonly name: string;
    readonly file: string;
    readonly records: number;
    readonly images: number;
    /** Of all records. */
    readonly share: number;
  }[];
  /** Records that do not parse, which are in no part. */
  readonly leftOut: number;
}

export function partFile(folder: string, { name }: SplitPart): string {
  return join(folder, `${name}.uscdf.jsonl`);
}

/** Writes all parts or, where that fails with a `DatasetError` or is stopped, none. */
export async function splitRecords(
  files: readonly string[],
  options: SplitOptions,
  watch: Watch,
): Promise<SplitReport> {
  const { parts, by, seed, folder } = options;
  const roots = by === 'record' ? await rootsOf(files, watch) : undefined;
  const outputs = new Outputs(folder, true);
  const counts = parts.map(() => ({ records: 0, images: new DistinctCount() }));
  let leftOut = 0;
  try {
    const sinks = parts.map(({ name }) => outputs.file(`${name}.uscdf.jsonl`));
    for await (const placed of placedRecords(files, watch)) {
      const line = movedLine(placed, resolve(folder));
      if (line === undefined) {
        leftOut++;
        watch.fail(
          `${placed.place.path}:${placed.place.line + 1}: this record does not parse, so it is in no part: mend it (see \`uscdf lint\`).`,
        );
        continue;
      }
      const image = imageKeyOf(placed.model, placed.place.path);
      const part = partOf(roots?.keyOf(placed) ?? image ?? recordKey(placed), seed, parts);
      sinks[part]!.write(`${line}\n`);
      counts[part]!.records++;
      if (image !== undefined) counts[part]!.images.add(image);
    }
    if (watch.signal.aborted) outputs.discard();
    else outputs.finish();
  } catch (error) {
    outputs.discard();
    throw error;
  }
  const total = counts.reduce((sum, { records }) => sum + records, 0);
  return {
    version: 1,
    by,
    seed,
    parts: parts.map((part, i) => ({
      name: part.name,
      file: partFile(folder, part),
      records: counts[i]!.records,
      images: counts[i]!.images.result().count,
      share: total === 0 ? 0 : counts[i]!.records / total,
    })),
    leftOut,
  };
}

function recordKey({ place, model }: PlacedModel): string {
  return model.id ?? `${place.path}:${place.line}`;
}

/** A file's records by the parents that they name: a root and its parts stay together. */
async function rootsOf(files: readonly string[], watch: Watch): Promise<Roots> {
  const roots = new Roots();
  for await (const { model, file } of placedRecords(files, watch)) {
    const { parent } = model.data;
    if (model.id !== undefined && typeof parent === 'string') roots.add(file, model.id, parent);
  }
  return roots;
}

class Roots {
  private readonly parents: Map<string, string>[] = [];

  add(file: number, id: string, parent: string): void {
    (this.parents[file] ??= new Map<string, string>()).set(id, parent);
  }

  keyOf(placed: PlacedModel): string {
    const { id, data } = placed.model;
    const parents = this.parents[placed.file];
    if (id === undefined && typeof data['parent'] !== 'string') return recordKey(placed);
    let root = id ?? String(data['parent']);
    const seen = new Set<string>();
    for (let up = parents?.get(root); up !== undefined && !seen.has(root); up = parents?.get(root)) {
      seen.add(root);
      root = up;
    }
    return root;
  }
}
