import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ADE20K } from './ade20k.ts';
import { COCO_STUFF, COCO_THINGS } from './coco.ts';
import { CLASS_NAMES } from './index.ts';
import { PASCAL_VOC } from './pascalVoc.ts';

describe('class names', () => {
  it.each([
    ['COCO things', COCO_THINGS, 80],
    ['COCO stuff', COCO_STUFF, 53],
    ['ADE20K', ADE20K, 150],
    ['Pascal VOC', PASCAL_VOC, 20],
  ])('are as many as %s has', (_, names, count) => {
    expect(new Set(names).size).toBe(count);
    for (const name of names) expect(name).toMatch(/^[a-z]+(?: [a-z]+)*$/);
  });

  it('of COCO are those that the shipped detector knows', () => {
    const bundle = JSON.parse(readFileSync('models/bundles/coco80/bundle.json', 'utf8')) as {
      readonly classes: readonly (string | { readonly name: string })[];
    };
    expect(bundle.classes.map((each) => (typeof each === 'string' ? each : each.name))).toEqual(COCO_THINGS);
  });

  it('are listed once, with every dataset that has them', () => {
    expect(new Set(CLASS_NAMES.map(({ name }) => name)).size).toBe(CLASS_NAMES.length);
    expect(CLASS_NAMES.find(({ name }) => name === 'dog')?.datasets).toEqual(['COCO', 'Pascal VOC']);
    expect(CLASS_NAMES.find(({ name }) => name === 'sky')?.datasets).toEqual(['COCO panoptic', 'ADE20K']);
  });
});
