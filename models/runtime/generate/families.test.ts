import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readMask } from '../../../core/masks/maskValue.ts';
import { iou } from '../../../core/masks/runLengthMask.ts';
import { parseAnswer } from '../../../core/text/answer.ts';
import { readAssignment } from '../assignment.ts';
import { type Bundle, isFor, loadBundle } from '../bundle.ts';
import { DRAFT_TASKS } from '../draft.ts';
import { readImage } from '../imageFile.ts';
import type { GeneratorManifest } from '../manifest.ts';
import type { ModelDraft, SourceImage } from '../model.ts';
import { REPOSITORY } from '../testing/builtWorker.ts';
import { answerAssignment } from './answerAssignment.ts';
import type { DecoderDriver } from './driver.ts';
import { type Generator, openGenerator } from './generator.ts';
import { promptIds } from './prompt.ts';

/**
 * Every generator's small bundle against what the family's own modules in PyTorch say of the same photograph
 * (`reference.json`, written with the bundle): the same prompt, tokens, words and phrases, and the same masks.
 */
const BUNDLES = join(REPOSITORY, 'test/fixtures/bundles');

const reference = z.object({
  image: z.string(),
  cases: z.array(
    z.object({
      task: z.enum(DRAFT_TASKS),
      prompt: z.string().optional(),
      asked: z.string(),
      promptIds: z.array(z.number()).optional(),
      imageAt: z.number().optional(),
      generatedIds: z.array(z.number()),
      /** As the family's own code cleans it. */
      text: z.string(),
      /** What the draft says, where that is not the text itself. */
      uscdf: z.string().optional(),
      phrases: z.array(z.string()),
      negatives: z.array(z.string()),
      /** Where the dialect leaves something for the reviewer to check. */
      notes: z.array(z.string()).optional(),
      scores: z.array(z.number()).optional(),
      masks: z.array(z.unknown()),
    }),
  ),
});
type Case = z.infer<typeof reference>['cases'][number];

interface Family {
  readonly name: string;
  readonly folder: string;
  readonly image: string;
  readonly cases: readonly Case[];
  /** The drivers that its graphs allow: a name, and whether it is the loop. */
  readonly drivers: readonly (readonly [string, boolean])[];
}

const families: readonly Family[] = readdirSync(BUNDLES).flatMap((name) => {
  const folder = join(BUNDLES, name);
  if (!existsSync(join(folder, 'reference.json'))) return [];
  const { driver, graphs } = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8')) as {
    readonly driver: string;
    readonly graphs: object;
  };
  if (driver !== 'generator') return [];
  // A reference of another form has a test of its own.
  const read = reference.safeParse(JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')));
  if (!read.success) return [];
  const { image, cases } = read.data;
  const loop: Family['drivers'] = 'generate_loop' in graphs ? [['a loop', true]] : [];
  return [{ name, folder, image: resolve(folder, image), cases, drivers: [...loop, ['single steps', false]] }];
});

it('finds families', () => {
  expect(families.map(({ name }) => name)).toEqual(expect.arrayContaining(['mglmm', 'glamm', 'lisa']));
});

describe.each(families)('$name', ({ folder, image, cases, drivers }) => {
  let bundle: Bundle<GeneratorManifest>;
  beforeAll(async () => {
    const loaded = await loadBundle(folder);
    if (!loaded.ok) throw loaded.error;
    if (!isFor(loaded.value, 'generator')) throw new Error(`${folder} is no generator`);
    bundle = loaded.value;
  });

  it.each(cases)('takes the question “$asked” as its own code does', ({ asked, promptIds: ids, imageAt }) => {
    if (ids === undefined || imageAt === undefined) return;
    const { before, after } = promptIds(asked, bundle.manifest, bundle.tokenizer!);
    expect([...before, ...after]).toEqual(ids);
    expect(before).toHaveLength(imageAt);
  });

  describe.each(drivers)('with %s', (_, loops) => {
    let generator: Generator;
    beforeAll(async () => {
      generator = await openGenerator(bundle, 'cpu', loops);
    });
    afterAll(() => generator?.sessions.release());

    it.each(cases)('says and draws the same for $task “$prompt”', async (expected) => {
      const { draft, tokens } = await answer(generator, expected, image);
      expect(tokens).toEqual(expected.generatedIds);
      expect(draft.answer).toBe(expected.uscdf ?? expected.text);
      expect(parseAnswer(draft.answer).phrases.map(({ text }) => text)).toEqual(expected.phrases);
      expect(draft.negatives).toEqual(expected.negatives);
      expect(draft.masks).toHaveLength(expected.masks.length);
      for (const [i, mask] of draft.masks.entries()) {
        expect(iou(maskOf(mask), maskOf(expected.masks[i]))).toBeGreaterThan(0.99);
        const score = expected.scores?.[i];
        if (score !== undefined) expect(mask.score).toBeCloseTo(Math.min(1, Math.max(0, score)), 2);
      }
      expect(draft.notes).toEqual(expected.notes ?? []);
    });
  });
});

async function answer(
  generator: Generator,
  { task, prompt }: Case,
  image: string,
): Promise<{ readonly draft: ModelDraft; readonly tokens: readonly number[] }> {
  const tokens: number[] = [];
  const heard = { ...generator, driver: overheard(generator.driver, tokens) };
  const draft = await answerAssignment(heard, readAssignment(task, prompt), sourceOf(image), async () => undefined);
  return { draft, tokens };
}

/** A driver that says which tokens went by. */
function overheard(driver: DecoderDriver, tokens: number[]): DecoderDriver {
  return {
    begin: (prompt) => {
      const decoding = driver.begin(prompt);
      return {
        next: async (limit) => {
          const steps = await decoding.next(limit);
          tokens.push(...steps.map(({ tokenId }) => tokenId));
          return steps;
        },
        end: () => decoding.end(),
      };
    },
  };
}

function sourceOf(path: string): SourceImage {
  return { path, key: path, raster: () => readImage(path) };
}

function maskOf(value: unknown) {
  const reading = readMask(value);
  if (!reading.ok) throw new Error(reading.message);
  return reading.mask;
}
