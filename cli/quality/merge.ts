/** Merges files into one. */
import { dirname, resolve } from 'node:path';
import { fingerprint } from '../../core/quality/fingerprint.ts';
import { MergePlan } from '../../core/quality/mergePlan.ts';
import { isObject } from '../../core/records/isObject.ts';
import { Outputs } from '../convert/outputs.ts';
import { movedLine } from './moved.ts';
import { type PlacedModel, placedRecords } from './records.ts';
import type { Watch } from './work.ts';

export interface MergeReport {
  readonly version: 1;
  readonly output: string;
  readonly records: number;
  /** Records that equal an earlier one, their ids included, and are there once. */
  readonly identical: number;
  readonly renamed: readonly {
    readonly file: string;
    /** From 0. */
    readonly line: number;
    /** `null` for a record that had none. */
    readonly from: string | null;
    readonly to: string;
  }[];
  /** Records that do not parse, which are left out. */
  readonly leftOut: number;
}

/** Writes the whole output or, where that fails with a `DatasetError` or is stopped, nothing. */
export async function mergeRecords(files: readonly string[], output: string, watch: Watch): Promise<MergeReport> {
  const folder = resolve(dirname(output));
  const plan = new MergePlan();
  for await (const placed of placedRecords(files, watch)) {
    const { model, file } = placed;
    const content = contentOf(placed, folder);
    if (content === undefined) continue;
    const { parent } = model.data;
    plan.add({ file, id: model.id, parent: typeof parent === 'string' ? parent : undefined, content });
  }
  plan.decide();
  return writeMerged(files, output, folder, plan, watch);
}

async function writeMerged(
  files: readonly string[],
  output: string,
  folder: string,
  plan: MergePlan,
  watch: Watch,
): Promise<MergeReport> {
  const outputs = new Outputs(output, false);
  const renamed: MergeReport['renamed'][number][] = [];
  let [item, records, leftOut] = [0, 0, 0];
  try {
    const sink = outputs.file();
    for await (const placed of placedRecords(files, watch)) {
      const { place, model } = placed;
      if (!isRecord(placed)) {
        leftOut++;
        watch.fail(
          `${place.path}:${place.line + 1}: this record does not parse, so it is left out: mend it (see \`uscdf lint\`).`,
        );
        continue;
      }
      const { kept, id, parent } = plan.decision(item++);
      if (!kept) continue;
      const line = movedLine(placed, folder, { id, ...(parent !== undefined && { parent }) });
      sink.write(`${line}\n`);
      records++;
      if (id !== model.id) renamed.push({ file: place.path, line: place.line, from: model.id ?? null, to: id });
    }
    if (watch.signal.aborted) outputs.discard();
    else outputs.finish();
  } catch (error) {
    outputs.discard();
    throw error;
  }
  return { version: 1, output, records, identical: item - records, renamed, leftOut };
}

function isRecord({ cell }: PlacedModel): boolean {
  return cell.record.problems.length === 0 && isObject(cell.record.value);
}

/** Equal for records that say the same but for `id` and `parent`, in whatever order their keys stand. */
function contentOf(placed: PlacedModel, folder: string): number | undefined {
  const line = isRecord(placed) ? movedLine(placed, folder) : undefined;
  if (line === undefined) return undefined;
  const { id: _, parent: __, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const sorted = Object.keys(rest).sort();
  return fingerprint(JSON.stringify(sorted.map((key) => [key, rest[key]])));
}
