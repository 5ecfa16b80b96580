import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeImage } from '../../core/images/probe.ts';
import { DiskImages } from './diskImages.ts';

const JPEG = readFileSync('test/fixtures/images/baseline-444.jpg');
const probed = probeImage(JPEG);
if (!probed.ok) throw new Error(probed.message);
const SIZE = { width: probed.value.width, height: probed.value.height };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-images-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), bytes);
}

/** The photograph with so many bytes of notes, as cameras write them, before its header. */
function withNotes(size: number): Uint8Array {
  const segments: Buffer[] = [];
  for (let left = size; left > 0; left -= 65_000) {
    const notes = Buffer.alloc(Math.min(left, 65_000) + 4);
    notes.writeUInt16BE(0xffe1, 0);
    notes.writeUInt16BE(notes.length - 2, 2);
    segments.push(notes);
  }
  return Buffer.concat([JPEG.subarray(0, 2), ...segments, JPEG.subarray(2)]);
}

describe('DiskImages', () => {
  it.each([
    ['by its path', 'photos/a.jpg', 'photos/a.jpg'],
    ['by its last part', 'photos/deep/a.jpg', 'train2017/a.jpg'],
    ['by its number', 'photos/000000000042.jpg', 'COCO_train2014_000000000042.jpg'],
    ['by the older name of its number', 'COCO_val2014_000000000042.jpg', '42.jpg'],
  ])('finds an image %s', async (_how, file, name) => {
    put(file, JPEG);
    const images = new DiskImages([folder], join(folder, 'out'));
    expect(await images.find(name)).toEqual({ image: `../${file}`, path: join(folder, file), size: SIZE });
  });

  it('takes the one whose folders are those of the name', async () => {
    put('val/x/a.jpg', JPEG);
    put('train/x/a.jpg', JPEG);
    const images = new DiskImages([folder], folder);
    expect((await images.find('set/train/x/a.jpg')).image).toBe('train/x/a.jpg');
  });

  it('reads on where the header of an image stands far behind', async () => {
    put('near.jpg', withNotes(1_000));
    put('far.jpg', withNotes(100_000));
    const images = new DiskImages([folder], folder);
    expect((await images.find('near.jpg')).size).toEqual(SIZE);
    expect((await images.find('far.jpg')).size).toEqual(SIZE);
  });

  it('says when there is no such file, or no image in it', async () => {
    put('text.jpg', Buffer.from('no photograph'));
    mkdirSync(join(folder, 'folder.jpg'));
    const images = new DiskImages([folder], folder);
    expect(await images.find('text.jpg')).toMatchObject({ image: 'text.jpg', size: undefined });
    for (const name of ['folder.jpg', 'absent.jpg', 'nul\0.jpg', ''])
      expect(await images.find(name)).toEqual({ image: name, path: undefined, size: undefined });
  });
});
