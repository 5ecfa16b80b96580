import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkedRecord } from '../testing/convertedRecords.ts';
import { generatedRecords } from '../testing/generatedRecords.ts';
import { MemoryImages, readEvents, writeRecords } from '../testing/memoryDataset.ts';
import type { NewRecord } from './format.ts';
import { FORMATS } from './registry.ts';

const both = FORMATS.filter((format) => format.read !== undefined && format.write !== undefined);

/** Formats of boxes alone: on small pictures many masks have the same one. */
const OF_BOXES = new Set(['kosmos2', 'grit', 'odvg', 'flickr30k-entities']);
/** What is left of the generated records is nothing: ADE20K has none of their things, Visual Genome no masks. */
const HOLD_NONE = new Set(['ade20k', 'visual-genome']);
/** What has to be said so that masks are kept. */
const SET: Readonly<Record<string, readonly string[]>> = { llava: ['masks=true'] };

/** PixelLM marks no phrases: those of free texts are lost, and lint says so. */
const TASKS: Readonly<Record<string, readonly string[]>> = { pixellm: ['semantic', 'referring', 'panoptic'] };

/** A clean dataset stays clean: what comes back from any format lints without a finding. */
describe('a round trip through every format', () => {
  it.each(both.map((format) => [format.kind, format] as const))(
    '%s gives records without a finding',
    async (_, format) => {
      let read = 0;
      await fc.assert(
        fc.asyncProperty(generatedRecords(TASKS[format.kind]), async (records) => {
          const { files } = await writeRecords(format, records, { set: SET[format.kind] ?? [] });
          const named = Object.fromEntries(
            Object.entries(files).map(([name, bytes]) => [
              format.writesFolder === true ? `set/${name}` : `set.json`,
              bytes,
            ]),
          );
          if (Object.keys(named).length === 0) return;
          const paths = format.writesFolder === true ? ['set'] : Object.keys(named);
          const events = await readEvents(format, named, { paths, images: imagesOf(records) }).catch(
            (error: Error) => error,
          );
          if (events instanceof Error) {
            // Nothing that the format can hold: it says so and reads nothing.
            expect(events.message).toMatch(/[.:]/);
            return;
          }
          for (const event of events) {
            if (event.kind !== 'record') continue;
            read++;
            checkedRecord(event.record, OF_BOXES.has(format.kind) ? ['mask-duplicate'] : []);
          }
        }),
        { numRuns: 25 },
      );
      if (!HOLD_NONE.has(format.kind)) expect(read).toBeGreaterThan(0);
    },
  );
});

function imagesOf(records: readonly NewRecord[]): MemoryImages {
  return new MemoryImages(
    Object.fromEntries(records.map(({ image, width, height }) => [image, [width ?? 1, height ?? 1] as const])),
  );
}
