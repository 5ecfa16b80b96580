import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../bundle.ts';
import type { DetectorManifest } from '../manifest.ts';
import { BUNDLE, REPOSITORY } from '../testing/builtWorker.ts';
import { COCO80 } from '../testing/scene.ts';
import { checkGraphs } from './checkGraphs.ts';

const TINY = join(REPOSITORY, 'test/fixtures/bundles');
const FAMILIES = readdirSync(TINY, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe('the graphs of a bundle', () => {
  it.each(['coco80', ...FAMILIES.map(({ name }) => name)])('of %s are those of its manifest', async (name) => {
    const folder = name === 'coco80' ? BUNDLE : join(TINY, name);
    const manifest = await readManifest(folder);
    if (!manifest.ok) throw manifest.error;
    await checkGraphs(folder, manifest.value);
  });

  const { detector, maskHead } = COCO80.graphs;
  const { n8, ...others } = maskHead.inputs;
  const boxes = maskHead.inputs['boxes']!;
  it.each([
    ['an input that the graph has not got', { ...maskHead.inputs, more: boxes }, /has no input "more"/],
    ['an input too few', others, /takes an input "n8"/],
    ['another type', { ...maskHead.inputs, boxes: { ...boxes, type: 'float16' } }, /"boxes" is float32 .* float16/],
    [
      'another rank',
      { ...maskHead.inputs, boxes: { ...boxes, shape: ['n'] } },
      /"boxes" is .*manifest says float32 \[n\]/,
    ],
    ['another size', { ...maskHead.inputs, boxes: { ...boxes, shape: ['n', 5] } }, /"boxes" is .*\[n, 5\]/],
  ] as const)('are refused with %s', async (_, inputs, words) => {
    const graphs = { detector, maskHead: { ...maskHead, inputs } } as unknown as DetectorManifest['graphs'];
    await expect(checkGraphs(BUNDLE, { ...COCO80, graphs })).rejects.toThrow(words);
    const served = { url: 'http://localhost', models: { maskHead: 'x' } };
    await checkGraphs(BUNDLE, { ...COCO80, graphs, served });
    expect(n8).toBeDefined();
  });
});
