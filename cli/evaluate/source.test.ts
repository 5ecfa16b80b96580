import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSource, type Source } from './source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-source-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, value: unknown): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, JSON.stringify(value));
  return path;
}

function source(...paths: readonly string[]): Source {
  const read = readSource(paths);
  if (!read.ok) throw new Error(read.message);
  return read.value.source;
}

const refusal = (...paths: readonly string[]) => {
  const read = readSource(paths);
  return read.ok ? '' : read.message;
};

const masks = { images: [], annotations: [{ image_id: 1, segmentation: {} }] };
const captions = { images: [], annotations: [{ image_id: 1, caption: 'a dog' }] };

describe('what references are', () => {
  it('is said by their names for USCDF files, in folders too', () => {
    const path = write('set/a.uscdf.json', []);
    write('set/instances.json', masks);
    expect(source(folder)).toEqual({ kind: 'records', paths: [path] });
  });

  it('is grounded captions for a file of masks, with the captions beside it', () => {
    const path = write('val_gcg_coco_mask_gt.json', masks);
    write('val_gcg_coco_caption_gt.json', captions);
    expect(source(path)).toMatchObject({
      kind: 'gcg',
      sets: [{ set: 'gcg', masks: { path }, captions: { value: captions } }],
    });
    expect(source(join(folder, 'val_gcg_coco_caption_gt.json'))).toMatchObject({
      kind: 'gcg',
      sets: [{ masks: { path } }],
    });
  });

  it('is three sets for a folder of MGSC, and one where the captions are missing', () => {
    for (const part of ['root', 'subtree', 'all']) write(`${part}_mgsc_mask_gt.json`, masks);
    write('root_mgsc_caption_gt.json', captions);
    const found = source(folder);
    const sets = found.kind === 'gcg' ? found.sets : [];
    expect(sets.map(({ set }) => set).sort()).toEqual(['mgsc-all', 'mgsc-root', 'mgsc-subtree']);
    expect(sets.filter((each) => each.captions !== undefined).map(({ set }) => set)).toEqual(['mgsc-root']);
  });

  it('is said by the contents for panoptic and gRefCOCO', () => {
    expect(source(write('x/some.json', { annotations: [{ segments_info: [] }] })).kind).toBe('panoptic');
    const refs = write('y/grefs(unc).json', [{ ref_id: 1 }]);
    write('y/instances.json', masks);
    expect(source(refs).kind).toBe('referring');
  });

  it('is refused with what to write', () => {
    expect(refusal(join(folder, 'nowhere'))).toMatch(/no such file, folder or match/);
    expect(refusal(folder)).toMatch(/no reference is there: write USCDF files/);
    expect(refusal(write('a.json', 3))).toMatch(/none of the JSON files holds true masks: write/);
    const lone = write('z/grefs.json', [{ ref_id: 1 }]);
    expect(refusal(lone)).toMatch(/put instances\.json beside it/);
    const [val, test] = ['val_gcg_coco_mask_gt.json', 'test_gcg_coco_mask_gt.json'].map((name) => write(name, masks));
    expect(refusal(val!, test!)).toMatch(/are of one kind, and scores are of one of them: name one/);
    writeFileSync(join(folder, 'broken.json'), '{');
    expect(refusal(join(folder, 'broken.json'))).toMatch(/is no JSON/);
  });
});
