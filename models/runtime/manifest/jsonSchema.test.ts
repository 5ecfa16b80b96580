import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { bundleManifest } from '../manifest.ts';
import { embedderManifest, florenceManifest, generatorManifest, segmenterManifest } from '../testing/manifests.ts';
import { COCO80 } from '../testing/scene.ts';
import { bundleJsonSchema } from './jsonSchema.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (to: Ajv2020) => void)(ajv);
const validate = ajv.compile(bundleJsonSchema());

function manifestsUnder(folder: URL): readonly (readonly [string, unknown])[] {
  return readdirSync(folder)
    .filter((name) => existsSync(new URL(`${name}/bundle.json`, folder)))
    .map((name) => [name, JSON.parse(readFileSync(new URL(`${name}/bundle.json`, folder), 'utf8'))]);
}

const manifests: readonly (readonly [string, unknown])[] = [
  ...manifestsUnder(new URL('../../bundles/', import.meta.url)),
  ...manifestsUnder(new URL('../../../test/fixtures/bundles/', import.meta.url)),
  ['detector', COCO80],
  ['generator', generatorManifest()],
  ['florence', florenceManifest()],
  ['segmenter', segmenterManifest()],
  ['embedder', embedderManifest()],
];

describe('the JSON schema of bundle.json', () => {
  it.each(manifests)('accepts %s', (_, manifest) => {
    expect(validate(manifest), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  });

  it('refuses what the runtime refuses of a single key', () => {
    expect(validate({ ...generatorManifest(), driver: 'oracle' })).toBe(false);
    expect(validate({ ...generatorManifest(), hiddenState: 'next' })).toBe(false);
    expect(validate({ ...generatorManifest(), surprise: 1 })).toBe(false);
    const { tokenizer: _, ...without } = generatorManifest();
    expect(validate(without)).toBe(false);
  });
});

it('the example of docs/bundles.md is a sound manifest', () => {
  const page = readFileSync(new URL('../../../docs/bundles.md', import.meta.url), 'utf8');
  const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!);
  expect(validate(example)).toBe(true);
  expect(bundleManifest.safeParse(example).error?.issues ?? []).toEqual([]);
});
