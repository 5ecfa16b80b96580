import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents } from '../testing/memoryDataset.ts';
import { DatasetError } from './format.ts';
import { gcgEval } from './gcg/evaluation.ts';
import { gcgPrediction } from './gcg/prediction.ts';
import { grand } from './grand/grand.ts';
import { omgLlava } from './omg/omg.ts';

const left = { size: [2, 3], counts: '024' };
const key = fc.constantFrom(
  ...['id', 'image', 'image_id', 'file_name', 'height', 'width', 'caption', 'labels', 'segmentation', 'size', 'counts'],
  ...['phrases', 'pred_masks', 'masks', 'conversation', 'conversations', 'input', 'output', 'from', 'value', 'type'],
  ...[
    'objects',
    'bbox',
    'attributes',
    'short_captions',
    'dense_caption',
    'details',
    'phrase',
    'tokens_positive',
    'ids',
  ],
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom<unknown>(null, 0, 1, -1, 1e300, '', 'a', 'a dog', '<p> a dog </p> [SEG]', true, [2, 2], left),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5 }),
  ),
}));

describe('any value at all', () => {
  it.each([gcgEval, gcgPrediction, grand, omgLlava].map((format) => [format.kind, format] as const))(
    'is read by %s without another throw than a DatasetError',
    async (_, format) => {
      await fc.assert(
        fc.asyncProperty(value, value, value, value, async (a, b, c, d) => {
          const files = {
            'a_mask_gt.json': { images: [{ id: 'a' }, a], annotations: [{ image_id: 'a', segmentation: b }, c] },
            'a_caption_gt.json': {
              images: [{ id: 'a' }, d],
              annotations: [{ image_id: 'a', caption: 'a dog', labels: a }],
            },
          };
          const inputs = format === gcgEval ? files : { 'a.json': [a, b], 'b.json': { 'a.jpg': c }, 'c.json': d };
          try {
            for (const event of await readEvents(format, inputs)) {
              expect(event.from.file).toMatch(/json$/);
              if (event.kind !== 'record') continue;
              const text = event.record.conversations.map((turn) => turn.value).join();
              expect(text.split('[SEG]')).toHaveLength(event.record.masks.length + 1);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(DatasetError);
          }
        }),
        { numRuns: 500 },
      );
    },
  );
});
