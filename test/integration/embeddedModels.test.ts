/** The models that ship, through the built command: both see the same bear, and mglmm-mini draws where coco80 draws. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMask } from '../../core/masks/maskValue.ts';
import { iou, type RunLengthMask } from '../../core/masks/runLengthMask.ts';
import { builtBundles, REPOSITORY } from './builtBundles.ts';
import { COMMAND, lintJson } from './command.ts';

const BEAR = join(REPOSITORY, 'samples/images/bear.jpg');

let folder: string;
beforeAll(async () => {
  await builtBundles();
  folder = mkdtempSync(join(tmpdir(), 'uscdf-embedded-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Draft {
  readonly conversations: readonly { readonly value: string }[];
  readonly masks: readonly unknown[];
  readonly provenance: { readonly model: string };
}

function draft(model: string, ...options: readonly string[]): Draft {
  const output = join(folder, `${model}-${options.length}.uscdf.jsonl`);
  execFileSync(process.execPath, [COMMAND, 'annotate', BEAR, '--model', model, '-o', output, ...options], {
    stdio: 'pipe',
  });
  const [record] = readFileSync(output, 'utf8').trim().split('\n');
  expect(lintJson([output]).findings.map(({ code }) => code)).toEqual(['draft']);
  return JSON.parse(record!) as Draft;
}

function onlyMask({ masks }: Draft): RunLengthMask {
  expect(masks).toHaveLength(1);
  const mask = readMask(masks[0]);
  if (!mask.ok) throw new Error(mask.message);
  return mask.mask;
}

it('describe a photograph', () => {
  const [detector, writer] = ['coco80', 'mglmm-mini'].map((model) => draft(model));
  for (const each of [detector!, writer!]) {
    expect(each.conversations[1]!.value).toMatch(/^The image shows <p> an? (\w+ )?bear <\/p> \[SEG\]/);
  }
  expect(writer!.provenance.model).toMatch(/^mglmm-mini@/);
  expect(iou(onlyMask(detector!), onlyMask(writer!))).toBeGreaterThan(0.7);
});

it('deny what is not there', () => {
  for (const model of ['coco80', 'mglmm-mini']) {
    const { conversations, masks } = draft(
      model,
      '--task',
      'referring',
      '--prompt',
      'Can you segment the zebra in this image?',
    );
    expect([model, conversations[1]!.value]).toEqual([
      model,
      expect.stringContaining("I don't see any zebra in this image."),
    ]);
    expect(masks).toEqual([]);
  }
});
