/** A reference of official files and its prediction as records: the command reads the files, which can be large. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { previewRecord } from '../../core/language/preview.ts';
import type { PreviewRecord } from '../../core/language/previewModel.ts';
import type { EvaluationReport, WorstRecord } from '../../core/metrics/report/model.ts';
import { JsonRecord } from '../../core/records/jsonRecord.ts';

export interface OfficialPair {
  readonly reference: PreviewRecord;
  readonly prediction: PreviewRecord | undefined;
}

const MOST_BYTES = 2 ** 28;
const LONGEST_MS = 120_000;

const recordValue = z.looseObject({ id: z.string(), image: z.string() });
const answer = z.object({ reference: recordValue, prediction: recordValue.optional() });

/** `command` is the built `dist/uscdf.cjs`. Undefined where the pair cannot be shown. Never rejects. */
export function officialPair(
  command: string,
  { references, predictions }: Pick<EvaluationReport, 'references' | 'predictions'>,
  { set, id, reference }: WorstRecord,
): Promise<OfficialPair | undefined> {
  const inputs = ['--references', ...references, '--predictions', ...predictions];
  const args = [command, 'evaluate', ...inputs, '--metrics', 'miou', '--pair', `${set}/${id}`];
  const options = { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, maxBuffer: MOST_BYTES, timeout: LONGEST_MS };
  return new Promise((settle) => {
    execFile(process.execPath, args, options, (error, stdout) =>
      settle(error === null ? read(stdout, reference.file) : undefined),
    );
  });
}

function read(output: string, file: string): OfficialPair | undefined {
  const parsed = answer.safeParse(parse(output));
  if (!parsed.success) return undefined;
  const { reference, prediction } = parsed.data;
  const shown = (value: z.infer<typeof recordValue>) =>
    previewRecord(
      new JsonRecord(JSON.stringify({ ...value, image: photographOf(value.image, file) })),
      0,
      [],
      undefined,
    );
  return { reference: shown(reference), prediction: prediction && shown(prediction) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Official files name photographs without a folder. Those beside the file, and in folders named for images, are looked through. */
export function photographOf(name: string, file: string): string {
  const folder = dirname(resolve(file));
  const folders = [folder, dirname(folder)];
  const within = ['', 'images', 'train2017', 'val2017', 'train2014', 'val2014'];
  for (const one of folders)
    for (const inner of within) {
      const path = join(one, inner, name);
      if (name !== '' && existsSync(path)) return path;
    }
  return name;
}
