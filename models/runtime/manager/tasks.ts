import type { BundleManifest } from '../manifest.ts';

/** What a model can be asked for, in words for people; empty for one that drafts nothing. */
export function tasksOf(manifest: BundleManifest): readonly string[] {
  switch (manifest.driver) {
    case 'detector':
      return ['describe (gcg)', 'panoptic', 'referring', 'masks for points and boxes'];
    case 'generator': {
      const { tasks, graphs } = manifest;
      return [
        ...(tasks.describe === undefined ? [] : ['describe (gcg)']),
        ...(tasks.describeRoot === undefined ? [] : ['describe in finer and finer parts (mgsc)']),
        ...(tasks.refer === undefined ? [] : ['referring']),
        ...(tasks.panoptic === undefined ? [] : ['panoptic']),
        ...(tasks.reason === undefined ? [] : ['free questions (reasoning)']),
        ...(graphs.prompt_encoder_mask_decoder === undefined ? [] : ['masks for points and boxes']),
      ];
    }
    case 'florence': {
      const { tasks, graphs } = manifest;
      return [
        ...(tasks.caption === undefined || tasks.ground === undefined ? [] : ['describe (gcg)']),
        ...(tasks.segment === undefined && tasks.ground === undefined ? [] : ['referring']),
        ...(tasks.detect === undefined && tasks.regions === undefined ? [] : ['panoptic']),
        ...(graphs.prompt_encoder_mask_decoder === undefined ? [] : ['masks for points and boxes']),
      ];
    }
    case 'segmenter':
      return ['masks for points and boxes'];
    case 'embedder':
      return ['similarity of phrases, for `uscdf evaluate --similarity`'];
  }
}
