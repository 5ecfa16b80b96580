import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rasterisePolygons } from '../../../core/masks/polygons.ts';
import { iou } from '../../../core/masks/runLengthMask.ts';
import { parseAnswer } from '../../../core/text/answer.ts';
import { readAssignment } from '../assignment.ts';
import type { Bundle } from '../bundle.ts';
import { TaskError } from '../errors.ts';
import type { FlorenceManifest } from '../manifest.ts';
import type { Model } from '../model.ts';
import { fixtureBundle, maskOf, photographOf, referenceOf } from '../testing/fixtureBundle.ts';
import { answerAssignment } from './answerAssignment.ts';
import { type Florence, openFlorence } from './florence.ts';
import { readBoxes, readPolygons } from './locations.ts';
import { loadFlorence } from './model.ts';

/**
 * Florence-2's small bundle against what Florence2ForConditionalGeneration, Florence2PostProcessor and SamModel of transformers
 * say (models/export/uscdf_export/families/florence2_tiny.py).
 */
interface Lesson {
  readonly photograph: string;
  readonly task: 'caption' | 'ground' | 'segment' | 'detect' | 'regions';
  readonly prompt: string;
  readonly answer: string;
  readonly read?: readonly {
    readonly cat_name: string;
    readonly bbox?: unknown;
    readonly polygons?: number[][];
    readonly mask?: unknown;
  }[];
}

const lessons = referenceOf<Lesson>('florence2');
const SIZE = { width: 120, height: 80 };
const checkpoint = async () => undefined;
const of = (photograph: string, task: Lesson['task']) =>
  lessons.filter((lesson) => lesson.photograph === photograph && lesson.task === task);

describe('Florence-2', () => {
  let bundle: Bundle<FlorenceManifest>;
  let florence: Florence;
  let model: Model;
  beforeAll(async () => {
    bundle = await fixtureBundle('florence2', 'florence');
    florence = await openFlorence(bundle, 'cpu');
    model = await loadFlorence(bundle, 'cpu');
  });
  afterAll(async () => {
    await florence?.sessions.release();
    await model?.release();
  });

  it.each(lessons)(
    'writes what the reference writes: $photograph, $prompt',
    async ({ photograph, prompt, answer, task, read }) => {
      const { text, finished } = await florence.ask(
        photographOf('florence2', photograph),
        prompt,
        async () => undefined,
      );
      expect(text).toBe(answer);
      expect(finished).toBe(true);
      const { locations } = bundle.manifest;
      if (task === 'ground') {
        expect(readBoxes(text, locations, SIZE)).toEqual(
          read!.map((each) => ({ label: each.cat_name, boxes: each.bbox })),
        );
      } else if (task === 'segment') {
        expect(readPolygons(text, locations, SIZE)).toEqual(read!.flatMap(({ polygons }) => polygons));
      } else if (task !== 'caption') {
        const single = readBoxes(text, locations, SIZE).flatMap(({ label, boxes }) =>
          boxes.map((bbox) => [label, bbox]),
        );
        expect(single).toEqual(read!.map((each) => [each.cat_name, each.bbox]));
      }
    },
  );

  it.each(['left', 'right'])('describes a photograph with masks of the boxes (%s)', async (photograph) => {
    const draft = await model.draft!(readAssignment('gcg', undefined), photographOf('florence2', photograph), {
      checkpoint,
    });
    const phrases = of(photograph, 'ground')[0]!.read!;
    expect(draft.answer.replaceAll(/<p> | <\/p> \[SEG\]/g, '')).toBe(of(photograph, 'caption')[0]!.answer);
    expect(parseAnswer(draft.answer).phrases.map(({ text }) => text.toLowerCase())).toEqual(
      phrases.map(({ cat_name }) => cat_name),
    );
    for (const [i, mask] of draft.masks.entries()) {
      expect(iou(maskOf(mask), maskOf(phrases[i]!.mask))).toBeGreaterThan(0.99);
    }
    expect(draft.notes).toEqual([]);
  });

  it('draws the outlines that it writes for what is asked for', async () => {
    const assignment = readAssignment('referring', 'the red square and the blue balls');
    const draft = await model.draft!(assignment, photographOf('florence2', 'left'), { checkpoint });
    expect(draft.answer).toBe('Sure, <p> the red square </p> [SEG] and <p> the blue balls </p> [SEG].');
    for (const [i, lesson] of of('left', 'segment').entries()) {
      const polygons = lesson.read!.flatMap(({ polygons }) => polygons!);
      expect(iou(maskOf(draft.masks[i]), rasterisePolygons(polygons, 80, 120))).toBeGreaterThan(0.99);
    }
    expect(draft.notes.join(' ')).toContain('never says that a thing is absent');
  });

  it('lists everything, masks apart', async () => {
    const draft = await model.draft!(readAssignment('panoptic', undefined), photographOf('florence2', 'right'), {
      checkpoint,
    });
    expect(draft.answer).toBe(
      'Sure, the image contains <p> square </p> [SEG], <p> ball-1 </p> [SEG], and <p> ball-2 </p> [SEG].',
    );
    const [square, ...balls] = draft.masks.map(maskOf);
    for (const ball of balls) expect(iou(square!, ball)).toBe(0);
  });

  it('draws masks for points, and refuses tasks that it has no sentence for', async () => {
    const image = photographOf('florence2', 'left');
    const drawn = await model.segment!({ points: [{ x: 30, y: 42, positive: true }] }, image, checkpoint);
    expect(drawn.mask.counts.length).toBeGreaterThan(1);
    await expect(model.draft!(readAssignment('reasoning', 'What is round?'), image, { checkpoint })).rejects.toThrow(
      TaskError,
    );
  });

  it('fills the boxes, and says so, where no SAM-type model stands beside it', async () => {
    const draft = await answerAssignment(
      { ...florence, pixels: undefined },
      readAssignment('gcg', undefined),
      photographOf('florence2', 'left'),
      checkpoint,
    );
    expect(draft.masks[0]!.area).toBe(draft.masks[0]!.bbox[2] * draft.masks[0]!.bbox[3]);
    expect(draft.notes.join(' ')).toContain('filled box');
  });

  it('is cancelled at the next look', async () => {
    let steps = 0;
    const cancelling = async () => {
      if (++steps > 2) throw new Error('cancelled');
    };
    const drafting = model.draft!(readAssignment('gcg', undefined), photographOf('florence2', 'left'), {
      checkpoint: cancelling,
    });
    await expect(drafting).rejects.toThrow('cancelled');
    expect(steps).toBe(3);
  });
});
