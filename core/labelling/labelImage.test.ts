import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankRaster } from '../images/raster.ts';
import { readMask, toCompressed } from '../masks/maskValue.ts';
import { fromBitmap } from '../masks/runLengthMask.ts';
import { RecordCell } from '../records/document.ts';
import { checkRecord } from '../rules/checkRecord.ts';
import { ChatError, type ChatRequest } from './chat.ts';
import { labelImage } from './labelImage.ts';
import { labelRecords, recordIds } from './labelRecords.ts';
import type { MaskedObject } from './objectTree.ts';
import { PROMPT_NAMES, type Prompts, parsePrompt } from './prompts.ts';

const SIDE = 24;
const prompts = Object.fromEntries(
  PROMPT_NAMES.map((name) => {
    const place = {
      object: 'OBJECT {{box}}',
      root: 'ROOT\n{{objects}}',
      subtree: 'SUB\n{{objects}}',
      again: 'AGAIN {{findings}}',
    };
    const prompt = parsePrompt(name, place[name]);
    if (!prompt.ok) throw new Error(prompt.message);
    return [name, prompt.value];
  }),
) as Prompts;
const source = { id: 'a', image: 'a.jpg', width: SIDE, height: SIDE, model: 'm', created: '2026-01-01T00:00:00.000Z' };

function box(number: number, [x, y, width, height]: readonly number[]): MaskedObject {
  const pixels = new Uint8Array(SIDE * SIDE);
  for (let row = y!; row < Math.min(SIDE, y! + height!); row++)
    pixels.fill(1, row * SIDE + x!, row * SIDE + Math.min(SIDE, x! + width!));
  const mask = fromBitmap(pixels, SIDE, SIDE);
  return { number, mask, value: toCompressed(mask), label: undefined };
}

const boxes = fc
  .uniqueArray(
    fc.tuple(fc.nat(SIDE - 4), fc.nat(SIDE - 4), fc.integer({ min: 2, max: SIDE }), fc.integer({ min: 2, max: SIDE })),
    { minLength: 1, maxLength: 6, selector: (each) => each.join() },
  )
  .map((list) => list.map((each, i) => box(i + 1, each)));

const textOf = ({ messages }: ChatRequest) => messages.map(({ text }) => text).join('\n');

/** A model that mentions every object that it is told of, in reverse. */
function rightAnswer(request: ChatRequest): string {
  const text = textOf(request);
  if (text.includes('OBJECT')) return 'Short Description: a thing\nDetailed Caption: A thing, seen from afar.';
  const numbers = [...text.matchAll(/^<object(\d+)> Short Caption/gm)].map((match) => match[1]!);
  const words = numbers.reverse().map((number) => `<object${number}>a thing</object${number}>`);
  return `There is ${words.join(' beside ')}.`;
}

describe('labelling an image', () => {
  it('asks for every object and description once, and keeps masks with their phrases', async () => {
    await fc.assert(
      fc.asyncProperty(boxes, async (objects) => {
        let asked = 0;
        const ask = async (request: ChatRequest) => {
          asked++;
          return { text: rightAnswer(request) };
        };
        const labelled = await labelImage(blankRaster(SIDE, SIDE, [9, 9, 9]), objects, { prompts, ask, parallel: 3 });
        const records = labelRecords(labelled, source);
        expect(asked).toBe(objects.length + records.length);
        expect(records.map(({ id }) => id)).toEqual(recordIds('a', objects));
        records.forEach((record, i) => {
          const { order } = labelled.descriptions[i]!.grounded!;
          expect(record.masks.map((mask) => runs(mask))).toEqual(
            order.map((number) => runs(objects.find((object) => object.number === number)!.value)),
          );
          const cell = new RecordCell('jsonl', JSON.stringify(record), { line: 0, character: 0 });
          const codes = checkRecord(cell.record, { scopes: ['turn', 'record'] }).map(({ code }) => code);
          expect(codes).toEqual(['draft']);
        });
      }),
      { numRuns: 25 },
    );
  });

  it('asks no more than twice, whatever it is told, and loses no mask', async () => {
    const piece = fc.constantFrom(
      '<object1>',
      '</object1>',
      '<object2>',
      '</object2>',
      '<p>',
      ' a thing ',
      '[SEG]',
      '\n',
      '\\',
      '"',
    );
    const answers = fc.array(
      fc.array(piece).map((pieces) => pieces.join('')),
      { minLength: 1 },
    );
    await fc.assert(
      fc.asyncProperty(boxes, answers, async (objects, texts) => {
        let asked = 0;
        const ask = async () => ({ text: texts[asked++ % texts.length]! });
        const labelled = await labelImage(blankRaster(SIDE, SIDE, [9, 9, 9]), objects, { prompts, ask, parallel: 1 });
        const records = labelRecords(labelled, source);
        expect(asked).toBeLessThanOrEqual(2 * (objects.length + records.length));
        records.forEach((record, i) => {
          expect(record.masks).toHaveLength(labelled.descriptions[i]!.objects.length);
          expect(record.conversations[1]!.value).not.toBe('');
        });
      }),
      { numRuns: 40 },
    );
  });

  it('shows findings and the wrong answer to the model that gave it', async () => {
    const requests: ChatRequest[] = [];
    const ask = async (request: ChatRequest) => {
      requests.push(request);
      const isFirst = textOf(request).includes('ROOT') && !textOf(request).includes('AGAIN');
      return { text: isFirst ? 'A thing.' : rightAnswer(request) };
    };
    await labelImage(blankRaster(SIDE, SIDE, [9, 9, 9]), [box(1, [2, 2, 9, 9])], { prompts, ask, parallel: 1 });
    const last = requests.at(-1)!;
    expect(last.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(last.messages[1]?.text).toBe('A thing.');
    expect(last.messages[2]?.text).toContain('No object is tagged');
    expect(requests[0]?.messages[0]?.images).toHaveLength(1);
  });

  it('begins nothing more once a request fails', async () => {
    let asked = 0;
    const ask = async () => {
      asked++;
      throw new ChatError('no key', true);
    };
    const objects = [1, 2, 3, 4].map((number) => box(number, [number, 0, 3, 3]));
    const options = { prompts, ask, parallel: 2 };
    await expect(labelImage(blankRaster(SIDE, SIDE, [9, 9, 9]), objects, options)).rejects.toThrow('no key');
    expect(asked).toBe(2);
  });
});

function runs(value: unknown): readonly number[] {
  const reading = readMask(value);
  return reading.ok ? [...reading.mask.counts] : [];
}
