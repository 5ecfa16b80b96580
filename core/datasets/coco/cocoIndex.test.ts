import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryDataset } from '../../testing/memoryDataset.ts';
import { CocoIndex } from './cocoIndex.ts';

async function opened(value: unknown): Promise<CocoIndex> {
  return CocoIndex.open(new MemoryDataset({ 'instances.json': value }), 'instances.json');
}

describe('CocoIndex', () => {
  it('gives each image its annotations in the order of the file, whatever the order of the file', async () => {
    const ids = fc.uniqueArray(fc.oneof(fc.nat(), fc.string()), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(ids, fc.array(fc.nat()), fc.boolean(), async (imageIds, picks, annotationsFirst) => {
        const images = imageIds.map((id) => ({ id, file_name: `${id}.jpg` }));
        const annotations = picks.map((pick, i) => ({
          id: i,
          image_id: imageIds[pick % imageIds.length],
          note: '"image_id": 7',
        }));
        const value = annotationsFirst ? { annotations, images } : { images, annotations };
        const index = await opened(value);
        expect(index.imageCount).toBe(images.length);
        expect(index.annotationCount).toBe(annotations.length);
        for (const [number, image] of images.entries()) {
          expect(await index.image(number)).toEqual(image);
          expect(await index.annotations(number)).toEqual(
            annotations.flatMap((value, i) => (value.image_id === image.id ? [{ index: i, value }] : [])),
          );
        }
        expect(index.orphanCount).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('tells annotations without an image, and keeps categories and what else there is', async () => {
    const index = await opened({
      info: { year: 2017 },
      images: [{ id: 1 }],
      annotations: [{ image_id: 2 }, { image_id: 1 }, {}],
      categories: [{ id: 18, name: 'dog', supercategory: 'animal' }],
    });
    expect(index.orphans).toEqual([
      { index: 0, imageId: 2 },
      { index: 2, imageId: undefined },
    ]);
    expect(index.categories.get(18)?.name).toBe('dog');
    expect(index.others).toEqual({ info: { year: 2017 } });
  });

  it.each([
    ['{"annotations": []}', /no list "images"/],
    ['{"images": [{"id": 1}], "annotations": [{"image_id": 1}', /the file ends here/],
    ['{"images": [{"id": 1}, {id: 2}]}', /images\[1\] is no JSON/],
  ])('says what is wrong with %s', async (text, message) => {
    await expect(opened(text)).rejects.toThrow(message);
  });
});
