import * as z from 'zod';
import { EXECUTION_DEVICES } from '../draft.ts';

/** What every driver's manifest is made of: names, paths, files, tensors, graphs, the head. */

/** A graph that stands alone is one protobuf message, which cannot be larger. */
const MAX_GRAPH_BYTES = 2 ** 31 - 1;
/** External data of one graph: room for 70 billion weights of two bytes. */
const MAX_EXTERNAL_BYTES = 2 ** 37;
/** Elements of one tensor. Keeps a manifest from asking for gigabytes. */
const MAX_ELEMENTS = 2 ** 26;
/** Keys and values of 80 layers, and some more. */
const MAX_TENSORS = 512;
const MAX_TOKENIZER_BYTES = 64 * 2 ** 20;

/** Pixels along one side. */
export const MAX_SIDE = 4096;
/** Ids of a vocabulary are below this. */
export const MAX_VOCABULARY = 2 ** 24;

export const PRECISIONS = ['fp32', 'fp16', 'int8', 'int4'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** What a licence may forbid, said wherever a bundle is added, shown or used. */
export const FORBIDDEN_USES = ['commercial-use', 'redistribution', 'modification'] as const;
export type ForbiddenUse = (typeof FORBIDDEN_USES)[number];

export const text = z.string().min(1).max(2000);
export const sideOfImage = z.number().int().min(8).max(MAX_SIDE);
export const share = z.number().min(0).max(1);
export const triple = z.tuple([z.number(), z.number(), z.number()]);
export const positiveTriple = triple.refine((values) => values.every((v) => v > 0), { message: 'must be above zero' });
export const tensorName = z.string().min(1).max(100);
/** `[height, width]` in pixels. */
export const sizeOfImage = z.tuple([sideOfImage, sideOfImage]);
export const tokenId = z
  .number()
  .int()
  .min(0)
  .max(MAX_VOCABULARY - 1);

/** A path below the bundle's folder, with forward slashes. Links are checked when the file is opened. */
export const insidePath = z
  .string()
  .min(1)
  .max(200)
  .refine((path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'), {
    message: "must name a file inside the bundle's folder, without '..' and not absolute",
  })
  .refine((path) => !/[\\:\0]/.test(path), { message: 'must use forward slashes and no drive letter' });

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits');

/** A number is a fixed size, a name is a size that only the run decides. */
const tensor = z
  .strictObject({
    type: z.enum(['float32', 'float16', 'int64', 'int32', 'uint8', 'bool']),
    shape: z
      .array(
        z.union([
          z
            .number()
            .int()
            .min(1)
            .max(2 ** 24),
          z.string().min(1).max(60),
        ]),
      )
      .max(8),
  })
  .refine(
    ({ shape }) => shape.reduce<number>((n, side) => (typeof side === 'number' ? n * side : n), 1) <= MAX_ELEMENTS,
    {
      message: `must have at most ${MAX_ELEMENTS} elements`,
    },
  );

const tensors = z
  .record(tensorName, tensor)
  .refine((all) => Object.keys(all).length <= MAX_TENSORS, {
    message: `must name at most ${MAX_TENSORS} tensors`,
  })
  .meta({ id: 'tensors' });

const externalFile = z.strictObject({
  file: insidePath,
  sha256,
  bytes: z.number().int().min(1).max(MAX_EXTERNAL_BYTES),
});

/** One ONNX file and what it takes and gives. */
export const graph = z
  .strictObject({
    file: insidePath,
    sha256,
    bytes: z.number().int().min(1).max(MAX_GRAPH_BYTES),
    inputs: tensors,
    outputs: tensors,
    /** Files beside the graph that hold its weights, by the very names that the graph uses. */
    external: z.array(externalFile).min(1).max(200).optional(),
  })
  .meta({ id: 'graph' });

const tokenizerFile = z.strictObject({
  file: insidePath,
  sha256,
  bytes: z.number().int().min(2).max(MAX_TOKENIZER_BYTES),
});

/** A Hugging Face `tokenizer.json`, with its `tokenizer_config.json` where it has one. */
export const tokenizer = z
  .strictObject({ ...tokenizerFile.shape, config: tokenizerFile.optional() })
  .meta({ id: 'tokenizer' });

/** Bytes that a bundle's author measured; without it they are estimated from the files and the cache. */
export const memory = z
  .strictObject({
    weightsBytes: z.number().int().min(0).max(MAX_EXTERNAL_BYTES),
    workingBytes: z.number().int().min(0).max(MAX_EXTERNAL_BYTES),
  })
  .meta({ id: 'memory' });

const served = z
  .strictObject({
    /** Address of a server that speaks the Open Inference Protocol (KServe v2). */
    url: z.url({ protocol: /^https?$/ }).max(2000),
    /** The server's name of each graph that it runs. Those graphs' files need not be in the folder. */
    models: z.record(tensorName, z.string().min(1).max(200)),
  })
  .meta({ id: 'served' });

const licence = z
  .strictObject({
    expression: text,
    files: z.array(insidePath).min(1).max(10),
    forbids: z.array(z.enum(FORBIDDEN_USES)).max(FORBIDDEN_USES.length).optional(),
    /** Terms that no list has a word for, in a sentence for the person who uses the model. */
    terms: text.optional(),
  })
  .meta({ id: 'licence' });

/** The keys that every manifest has. Spread into a driver's `strictObject`. */
export const head = {
  $schema: z.string().max(2000).optional(),
  format: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be lower-case letters, digits, dots, dashes'),
  version: z.string().regex(/^\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$/, 'must look like 1.0.0'),
  title: text,
  description: text,
  licence,
  modelCard: insidePath,
  /** What `auto` tries, in this order. */
  devices: z.array(z.enum(EXECUTION_DEVICES)).min(1).max(EXECUTION_DEVICES.length),
  served: served.optional(),
};

/** Reports what a manifest says against itself: where, and a sentence. */
export type Problem = (path: (string | number)[], message: string) => void;

export type GraphManifest = z.infer<typeof graph>;
export type TensorManifest = z.infer<typeof tensor>;
export type ExternalFile = z.infer<typeof externalFile>;
export type TokenizerManifest = z.infer<typeof tokenizer>;
