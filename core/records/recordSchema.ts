/** A record's keys and their types, for the records that are not plainly in order (`plainRecord.ts`). */
import * as z from 'zod';
import { SEVERITIES } from './recordModel.ts';

const pixels = z.number().int().positive();

/** A record's keys and types. `masks` are looked into by `maskForm.ts`, where a wrong one gets a better sentence. */
export const recordSchema = z.looseObject({
  id: z.string().min(1),
  image: z.string().min(1),
  width: pixels.optional(),
  height: pixels.optional(),
  task: z.string().optional(),
  conversations: z.array(z.looseObject({ from: z.enum(['human', 'gpt']), value: z.string() })).min(1),
  masks: z.union([z.array(z.unknown()), z.string().min(1)]).optional(),
  negatives: z.array(z.string()).optional(),
  target: z.string().optional(),
  parent: z.string().optional(),
  provenance: z
    .looseObject({
      dataset: z.string().optional(),
      sourceId: z.union([z.string(), z.number()]).optional(),
      model: z.string().optional(),
      status: z.enum(['draft', 'accepted', 'rejected']).optional(),
    })
    .optional(),
  lint: z.record(z.string(), z.enum(SEVERITIES)).optional(),
});
