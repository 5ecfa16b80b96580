import { describe, expect, it } from 'vitest';
import type { BundleManifest } from '../manifest.ts';
import { embedderManifest, florenceManifest, generatorManifest, segmenterManifest } from '../testing/manifests.ts';
import { COCO80 } from '../testing/scene.ts';
import { canSegment, promptModel } from './promptModel.ts';
import type { KnownModel } from './store.ts';

const known = (name: string, manifest: BundleManifest, problem?: string): KnownModel => ({
  name,
  origin: 'linked',
  folder: `/models/${name}`,
  manifest,
  ...(problem !== undefined && { problem }),
});

const coco80 = known('coco80', COCO80);
const sam = known('sam', segmenterManifest());
const withoutPrompts = generatorManifest();
const { prompt_encoder_mask_decoder: _, ...graphs } = withoutPrompts.graphs;
const writer = known('writer', { ...withoutPrompts, graphs });
const left = { prompts: undefined, drafts: 'coco80' };

describe('what can draw masks for points and boxes', () => {
  it.each<[string, BundleManifest, boolean]>([
    ['a detector with its mask head', COCO80, true],
    ['a segmenter', segmenterManifest(), true],
    ['a generator without the graph', writer.manifest!, false],
    [
      'Florence-2 without a segmenter beside it',
      { ...florenceManifest(), graphs: omit(florenceManifest().graphs) },
      false,
    ],
    ['an embedder', embedderManifest(), false],
  ])('%s', (_name, manifest, expected) => {
    expect(canSegment(manifest)).toBe(expected);
  });
});

function omit<T extends object>(graphs: T): T {
  return Object.fromEntries(Object.entries(graphs).filter(([key]) => key !== 'prompt_encoder_mask_decoder')) as T;
}

describe('which model is asked', () => {
  it('is the one that the user names', () => {
    expect(promptModel([coco80, sam], { ...left, prompts: 'coco80' })).toMatchObject({ folder: '/models/coco80' });
  });

  it('is one that was made for it, before a detector', () => {
    expect(promptModel([coco80, writer, sam], left)).toMatchObject({ folder: '/models/sam' });
    const both = known('both', generatorWithPrompts());
    expect(promptModel([coco80, sam, both], { ...left, drafts: 'both' })).toMatchObject({ folder: '/models/both' });
  });

  it('is a detector where nothing else can, the one for drafts first', () => {
    const other = known('other', COCO80);
    expect(promptModel([coco80, writer], { ...left, drafts: 'writer' })).toMatchObject({ folder: '/models/coco80' });
    expect(promptModel([coco80, other], { ...left, drafts: 'other' })).toMatchObject({ folder: '/models/other' });
    expect(promptModel([coco80, known('sam', segmenterManifest(), 'Its folder is gone.')], left)).toMatchObject({
      folder: '/models/coco80',
    });
  });

  it('is none, with the reason', () => {
    expect(promptModel([writer], left)).toMatchObject({ problem: expect.stringContaining('No model here') });
    expect(promptModel([coco80], { ...left, prompts: 'sam' })).toMatchObject({
      problem: expect.stringContaining('There is no model "sam"'),
    });
    expect(promptModel([coco80, writer], { ...left, prompts: 'writer' })).toMatchObject({
      problem: expect.stringContaining('draws no masks'),
    });
    expect(
      promptModel([known('sam', segmenterManifest(), 'Its folder is gone.')], { ...left, prompts: 'sam' }),
    ).toEqual({
      problem: 'Its folder is gone.',
    });
  });
});

function generatorWithPrompts(): BundleManifest {
  const manifest = generatorManifest();
  const { prompt_encoder_mask_decoder: decoder } = segmenterManifest().graphs;
  return { ...manifest, graphs: { ...manifest.graphs, prompt_encoder_mask_decoder: decoder } };
}
