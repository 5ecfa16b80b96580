import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { kinds } from '../../core/datasets/registry.ts';

/** What is converted to what. Paths are absolute. */
export interface ConversionRequest {
  /** Kinds of `core/datasets/registry.ts`; `uscdf` is one. */
  readonly from: string;
  readonly to: string;
  /** Files and folders, at least one. */
  readonly inputs: readonly string[];
  /** A file, or a folder where the kind is several files. */
  readonly output: string;
  /** Folders with the photographs; without them they are looked for beside the inputs. */
  readonly images?: readonly string[] | undefined;
  /** Options of the kind, `name=value` each. */
  readonly set?: readonly string[] | undefined;
  /** What is left to chance follows from it. */
  readonly seed?: number | undefined;
}

const path = z.string().refine(isAbsolute);
const requestSchema = z.object({
  from: z.string().refine((kind) => kinds('read').includes(kind)),
  to: z.string().refine((kind) => kinds('write').includes(kind)),
  inputs: z.array(path).min(1).readonly(),
  output: path,
  images: z.array(path).readonly().optional(),
  // Something else would be an option of the command's own.
  set: z
    .array(z.string().regex(/^[a-z]/i))
    .readonly()
    .optional(),
  seed: z.int().min(0).optional(),
});

/** What a key binding hands to the command; `undefined` for anything that is no request. */
export function readRequest(value: unknown): ConversionRequest | undefined {
  const parsed = requestSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The arguments of `uscdf` for it; the report goes to the file `report`. */
export function convertArguments(request: ConversionRequest, report: string): readonly string[] {
  const { from, to, inputs, output, images = [], set = [], seed } = request;
  return [
    'convert',
    ...inputs,
    ...['--from', from, '--to', to, '--output', output, '--report', report],
    ...(images.length === 0 ? [] : ['--images', ...images]),
    ...(set.length === 0 ? [] : ['--set', ...set]),
    ...(seed === undefined ? [] : ['--seed', String(seed)]),
  ];
}
