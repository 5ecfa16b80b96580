import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { BundleError } from '../errors.ts';
import { florenceManifestFor, maskSizeOf } from '../florence/publishedManifest.ts';
import type { BundleManifest, FlorenceManifest, Preprocess, SegmenterManifest } from '../manifest.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { ModelsError } from './errors.ts';
import type { DownloadPlan } from './fetchBundle.ts';
import { fileManifestOf, graphManifestOf } from './graphManifest.ts';

/** The manifest of files that were published without one: what the catalogue and the files themselves say, put together. */

/** Writes `bundle.json` for what was fetched into a folder. Rejects with a `ModelsError`. */
export async function writePublishedManifest(folder: string, { entry }: DownloadPlan): Promise<void> {
  const manifest = await MANIFESTS[entry.manifest](folder, entry).catch((error: unknown) => {
    throw error instanceof BundleError ? new ModelsError(error.message) : error;
  });
  await writeFile(join(folder, 'bundle.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

const MANIFESTS: Readonly<
  Record<CatalogueEntry['manifest'], (folder: string, entry: CatalogueEntry) => Promise<BundleManifest>>
> = { florence: florenceManifest, segmenter: segmenterManifest };

/** Keys of Florence-2's graphs, and the files of the widths that the catalogue fetches. */
const FLORENCE_GRAPHS = {
  vision_encoder: 'onnx/vision_encoder_fp16.onnx',
  embed_tokens: 'onnx/embed_tokens_fp16.onnx',
  encoder_model: 'onnx/encoder_model_q4.onnx',
  decoder_model_merged: 'onnx/decoder_model_merged_q4.onnx',
  sam_vision_encoder: 'sam/onnx/vision_encoder.onnx',
  prompt_encoder_mask_decoder: 'sam/onnx/prompt_encoder_mask_decoder.onnx',
} as const;

async function florenceManifest(folder: string, entry: CatalogueEntry): Promise<FlorenceManifest> {
  const graph = (key: keyof typeof FLORENCE_GRAPHS) => graphManifestOf(folder, FLORENCE_GRAPHS[key]);
  const published = {
    head: headOf(entry),
    graphs: {
      vision_encoder: await graph('vision_encoder'),
      embed_tokens: await graph('embed_tokens'),
      encoder_model: await graph('encoder_model'),
      decoder_model_merged: await graph('decoder_model_merged'),
      sam_vision_encoder: await graph('sam_vision_encoder'),
      prompt_encoder_mask_decoder: await graph('prompt_encoder_mask_decoder'),
    },
    tokenizer: {
      ...(await fileManifestOf(folder, 'tokenizer.json')),
      config: await fileManifestOf(folder, 'tokenizer_config.json'),
    },
    config: await readJson(folder, 'config.json', z.unknown()),
    preprocessor: await readJson(folder, 'preprocessor_config.json', z.unknown()),
    pixels: await samPreprocess(folder, 'sam/preprocessor_config.json'),
  };
  try {
    return florenceManifestFor(published);
  } catch (error) {
    if (error instanceof z.ZodError) throw notAsKnown('config.json or preprocessor_config.json', whereOf(error));
    throw error;
  }
}

async function segmenterManifest(folder: string, entry: CatalogueEntry): Promise<SegmenterManifest> {
  const encoder = await graphManifestOf(folder, 'onnx/vision_encoder.onnx');
  const decoder = await graphManifestOf(folder, 'onnx/prompt_encoder_mask_decoder.onnx');
  return {
    ...headOf(entry),
    driver: 'segmenter',
    graphs: { vision_encoder: encoder, prompt_encoder_mask_decoder: decoder },
    image: { preprocess: await samPreprocess(folder, 'preprocessor_config.json') },
    mask: { size: maskSizeOf(decoder), space: 'image', upscale: 'bilinear', activation: 'logits', threshold: 0 },
  };
}

function headOf({ name, title, description, licence }: CatalogueEntry) {
  return {
    format: 1 as const,
    name,
    version: '1.0.0',
    title,
    description,
    licence: { expression: licence, files: ['LICENCES.md'] },
    modelCard: 'README.md',
    devices: ['cpu' as const, 'webgpu' as const],
  };
}

const triple = z.tuple([z.number(), z.number(), z.number()]);

/** What `SamImageProcessor` keeps in its file. */
const samProcessor = z.object({
  image_mean: triple,
  image_std: triple,
  pad_size: z.object({ height: z.number().int(), width: z.number().int() }),
});

async function samPreprocess(folder: string, file: string): Promise<Preprocess> {
  const { image_mean, image_std, pad_size } = await readJson(folder, file, samProcessor);
  return {
    size: [pad_size.height, pad_size.width],
    fit: 'longest-pad',
    filter: 'bilinear',
    antialias: true,
    scale: 'unit',
    mean: image_mean,
    deviation: image_std,
    channels: 'rgb',
    pad: 'after',
  };
}

async function readJson<T>(folder: string, file: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
  } catch (error) {
    throw notAsKnown(file, error instanceof z.ZodError ? whereOf(error) : 'it is no JSON');
  }
}

function whereOf(error: z.ZodError): string {
  return error.issues[0]?.path.join('.') ?? '';
}

function notAsKnown(file: string, what: string): ModelsError {
  return new ModelsError(
    `${file} of the download is not what it was when this program was made (${what}), so that the model cannot be set up. Update this program.`,
  );
}
