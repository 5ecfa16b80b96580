import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatedRecords } from '../../testing/generatedRecords.ts';
import { keptOf } from '../../testing/keptRecord.ts';
import { writeRecords } from '../../testing/memoryDataset.ts';
import type { DatasetFormat, NewRecord } from '../format.ts';
import { SEGMENT_ANSWERS } from '../questions.ts';
import { glammTraining } from './glamm.ts';
import { mglmmTraining } from './mglmm.ts';

interface Sample {
  readonly id: string;
  readonly image: string;
  readonly text: string;
  readonly masks: readonly unknown[];
  readonly labels: readonly string[];
}

const mask = { size: [2, 3], counts: '024' };
/** A record of so many questions for a dog. */
function dogs(count: number, answer = 'Sure, it is <p> dog </p> [SEG].'): NewRecord {
  const turns = Array.from({ length: count }, (_, i) => [
    { from: 'human' as const, value: `${i === 0 ? '<image>\n' : ''}Please segment dog in this image.` },
    { from: 'gpt' as const, value: answer },
  ]);
  return { id: 'a', image: 'a.jpg', conversations: turns.flat(), masks: Array.from({ length: count }, () => mask) };
}

async function samplesOf(format: DatasetFormat, records: readonly NewRecord[], set: readonly string[] = []) {
  const { files, losses } = await writeRecords(format, records, { set });
  const lines = new TextDecoder().decode(files['']).split('\n').slice(0, -1);
  return { samples: lines.map((line) => JSON.parse(line) as Sample), codes: losses.map(({ code }) => code) };
}

const SYSTEM =
  "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the human's questions.";

/** Questions and answers out of the text, cut as the loaders cut it for what is learned. */
function roundsOf(text: string): readonly (readonly [string, string])[] {
  expect(text.startsWith(`${SYSTEM} USER: The <im_start><image><im_end> provides an overview of the picture.\n`)).toBe(
    true,
  );
  return text
    .slice(SYSTEM.length + 1)
    .split('</s>')
    .slice(0, -1)
    .map((round) => {
      const parts = round.split(' ASSISTANT: ');
      expect(parts).toHaveLength(2);
      return [parts[0]!.replace(/^USER: (?:The <im_start>.*\n)?/, ''), parts[1]!] as const;
    });
}

describe('mglmm-training', () => {
  it('writes the text of the template, and the masks', async () => {
    const { samples, codes } = await samplesOf(mglmmTraining, [dogs(2)]);
    expect(codes).toEqual([]);
    expect(samples).toEqual([
      {
        id: 'a',
        image: 'a.jpg',
        height: 2,
        width: 3,
        text: `${SYSTEM} USER: The <im_start><image><im_end> provides an overview of the picture.\nPlease segment dog in this image. ASSISTANT: Sure, it is <p> dog </p> [SEG].</s>USER: Please segment dog in this image. ASSISTANT: Sure, it is <p> dog </p> [SEG].</s>`,
        masks: [mask, mask],
        labels: ['dog', 'dog'],
      },
    ]);
  });

  it('makes a sample of three questions, each with the image and its own masks', async () => {
    const { samples } = await samplesOf(mglmmTraining, [dogs(7)]);
    expect(samples.map(({ id, text, masks }) => [id, roundsOf(text).length, masks.length])).toEqual([
      ['a-1', 3, 3],
      ['a-2', 3, 3],
      ['a-3', 1, 1],
    ]);
    expect((await samplesOf(mglmmTraining, [dogs(7)], ['turns=7'])).samples).toHaveLength(1);
  });

  it.each([
    ['</s>', 'reserved-text'],
    ['<image>', 'reserved-text'],
    ['x ASSISTANT: y', 'reserved-text'],
    ['<p> cat </p> [SEG]', 'mask'],
    ["But I don't see any <p> cat </p> [SEG] in this image.", 'mask-count'],
  ])('leaves out what would be learned wrong: %s', async (words, code) => {
    const { samples, codes } = await samplesOf(mglmmTraining, [dogs(1, `Sure, it is <p> dog </p> [SEG]. ${words}`)]);
    expect([samples, codes]).toEqual([[], [code]]);
  });

  it('leaves out masks of different sizes', async () => {
    const record = { ...dogs(2), masks: [mask, { size: [3, 3], counts: '036' }] };
    expect(await samplesOf(mglmmTraining, [record])).toEqual({ samples: [], codes: ['mask-size'] });
  });

  it('says which record has nothing to learn, or half of it', async () => {
    const [question] = dogs(1).conversations;
    const asked = { ...dogs(1), conversations: [question!], masks: [] };
    expect(await samplesOf(mglmmTraining, [asked])).toEqual({ samples: [], codes: ['no-turns'] });
    const more = { ...dogs(1), conversations: [...dogs(1).conversations, { ...question!, value: 'And now?' }] };
    const { samples, codes } = await samplesOf(mglmmTraining, [more]);
    expect([samples.length, codes]).toEqual([1, ['turn-order']]);
  });

  it('keeps questions, answers, phrases and pixels', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRecords(), async (records) => {
        const { samples, codes } = await samplesOf(mglmmTraining, records);
        expect(codes).toEqual([]);
        expect(samples).toHaveLength(records.length);
        for (const [i, { text, masks, labels }] of samples.entries()) {
          const conversations = roundsOf(text).flatMap(([question, answer], round) => [
            { from: 'human' as const, value: round === 0 ? `<image>\n${question}` : question },
            { from: 'gpt' as const, value: answer },
          ]);
          expect(conversations).toEqual(records[i]!.conversations);
          expect(keptOf({ ...records[i]!, masks })).toEqual(keptOf(records[i]!));
          expect(text.split('[SEG]')).toHaveLength(masks.length + 1);
          expect(labels.map((label) => text.includes(`<p> ${label} </p> [SEG]`))).not.toContain(false);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('glamm-training', () => {
  it('answers for a single thing as its loaders do, and keeps the tags of everything else', async () => {
    const caption = 'Here <p> a dog </p> [SEG] sits.';
    const { samples } = await samplesOf(glammTraining, [dogs(1), dogs(1, caption)]);
    const answers = samples.flatMap(({ text }) => roundsOf(text).map(([, answer]) => answer));
    expect(SEGMENT_ANSWERS).toContain(answers[0]);
    expect(answers[1]).toBe(caption);
    expect(samples.map(({ labels }) => labels)).toEqual([['dog'], ['a dog']]);
    const [same] = (await samplesOf(glammTraining, [dogs(1)])).samples;
    expect(same).toEqual(samples[0]);
  });

  it('keeps all tags where that is asked for', async () => {
    const { samples } = await samplesOf(glammTraining, [dogs(1)], ['tags=all']);
    expect(roundsOf(samples[0]!.text)[0]![1]).toBe('Sure, it is <p> dog </p> [SEG].');
  });
});
