import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iou } from '../../../core/masks/runLengthMask.ts';
import { readAssignment } from '../assignment.ts';
import type { DraftTask } from '../draft.ts';
import { loadGenerator } from '../generate/model.ts';
import type { Model } from '../model.ts';
import { fixtureBundle, fixtureFolder, maskOf, photographOf } from '../testing/fixtureBundle.ts';
import { lintErrors } from '../testing/modelAnswer.ts';

/**
 * Kosmos-2's small bundle on the mirrored photograph, against what Kosmos2ForConditionalGeneration, Kosmos2Processor's
 * post-processing and SamModel of transformers say (models/export/uscdf_export/families/kosmos2_tiny.py). The other photograph
 * is among the families' own tests.
 */
interface Case {
  readonly task: DraftTask;
  readonly prompt?: string;
  readonly uscdf: string;
  readonly masks: readonly unknown[];
}

const reference = join(fixtureFolder('kosmos2'), 'reference.right.json');
const { cases } = JSON.parse(readFileSync(reference, 'utf8')) as { readonly cases: readonly Case[] };
const checkpoint = async () => undefined;
const NOWHERE = { kind: 'boxes', boxes: [] } as const;

describe('Kosmos-2', () => {
  let model: Model;
  beforeAll(async () => {
    model = await loadGenerator(await fixtureBundle('kosmos2', 'generator'), 'cpu');
  });
  afterAll(() => model?.release());

  it.each(cases)('says and draws what the reference does: $task $prompt', async ({ task, prompt, uscdf, masks }) => {
    const draft = await model.draft!(readAssignment(task, prompt), photographOf('kosmos2', 'right'), { checkpoint });
    expect(draft.answer).toBe(uscdf);
    expect(draft.masks).toHaveLength(masks.length);
    for (const [i, mask] of draft.masks.entries()) expect(iou(maskOf(mask), maskOf(masks[i]))).toBeGreaterThan(0.99);
    expect(draft.question).not.toContain('<grounding>');
    expect(draft.notes).toEqual([]);
    const reading = { ...draft, masks: draft.masks.map(({ label }) => ({ label, from: NOWHERE })) };
    expect(lintErrors(reading, draft.question)).toEqual([]);
  });
});
