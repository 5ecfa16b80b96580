import * as z from 'zod';
import { checkFlorence } from './manifest/checkFlorence.ts';
import { checkGenerator } from './manifest/checkGenerator.ts';
import type { GraphManifest, Problem } from './manifest/common.ts';
import { checkDetector, detectorBundle } from './manifest/detector.ts';
import { checkEmbedder, embedderBundle } from './manifest/embedder.ts';
import { florenceBundle } from './manifest/florence.ts';
import { generatorBundle } from './manifest/generator.ts';
import { checkSegmenter, segmenterBundle } from './manifest/segmenter.ts';

/**
 * What a model bundle says about itself: `bundle.json` in the bundle's folder. The runtime knows drivers, not models:
 * everything that differs from one model to the next (graphs, tensors, tokens, prompts, preprocessing) stands here.
 */
export const bundleManifest = z
  .discriminatedUnion('driver', [detectorBundle, generatorBundle, florenceBundle, segmenterBundle, embedderBundle])
  .superRefine((manifest, context) => {
    const problem: Problem = (path, message) => context.addIssue({ code: 'custom', path, message });
    switch (manifest.driver) {
      case 'detector':
        return checkDetector(manifest, problem);
      case 'generator':
        return checkGenerator(manifest, problem);
      case 'florence':
        return checkFlorence(manifest, problem);
      case 'segmenter':
        return checkSegmenter(manifest, problem);
      case 'embedder':
        return checkEmbedder(manifest, problem);
    }
  });

/** For code that runs one driver only. */
export const detectorManifest = detectorBundle.superRefine((manifest, context) => {
  checkDetector(manifest, (path, message) => context.addIssue({ code: 'custom', path, message }));
});

export type BundleManifest = z.infer<typeof bundleManifest>;

/** The graphs of a manifest by their keys, those that it has. */
export function graphsOf(manifest: Pick<BundleManifest, 'graphs'>): ReadonlyMap<string, GraphManifest> {
  const graphs: Record<string, GraphManifest | undefined> = manifest.graphs;
  return new Map(Object.entries(graphs).flatMap(([key, graph]) => (graph === undefined ? [] : [[key, graph]])));
}

export {
  type ExternalFile,
  FORBIDDEN_USES,
  type ForbiddenUse,
  type GraphManifest,
  PRECISIONS,
  type Precision,
  type TensorManifest,
  type TokenizerManifest,
} from './manifest/common.ts';
export type { DetectorManifest, NounClass, NounGroup } from './manifest/detector.ts';
export type { EmbedderManifest } from './manifest/embedder.ts';
export type { FlorenceManifest } from './manifest/florence.ts';
export type {
  DialectSettings,
  GeneratorManifest,
  GeneratorTask,
  PromptSettings,
  TokenSettings,
} from './manifest/generator.ts';
export type {
  CacheSettings,
  GenerationSettings,
  MaskSettings,
  Preprocess,
  TileSettings,
} from './manifest/images.ts';
export type { SegmenterManifest } from './manifest/segmenter.ts';
