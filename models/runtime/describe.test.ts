import fc from 'fast-check';
import { expect, it, describe as suite } from 'vitest';
import { decodeCounts, iou } from '../../core/masks/runLengthMask.ts';
import { parseAnswer } from '../../core/text/answer.ts';
import { readAssignment } from './assignment.ts';
import { type DescribedAssignment, describe } from './describe.ts';
import type { DraftTask } from './draft.ts';
import { DraftError, NothingKnownError, PromptError } from './errors.ts';
import type { Scene } from './scene.ts';
import { COCO80, sceneOf, type Thing } from './testing/scene.ts';

const TWO_DOGS = sceneOf([
  { name: 'dog', box: [5, 20, 20, 30], score: 0.9, rgb: [150, 90, 40] },
  { name: 'dog', box: [75, 25, 10, 20], score: 0.7, rgb: [15, 15, 15] },
  { name: 'frisbee', box: [48, 28, 4, 4], score: 0.5, rgb: [220, 20, 20] },
]);
const EMPTY = sceneOf([]);

function draft(scene: Scene, task: DraftTask, prompt?: string) {
  return describe(readAssignment(task, prompt) as DescribedAssignment, scene, COCO80);
}

function refer(scene: Scene, prompt: string) {
  return draft(scene, 'referring', prompt);
}

suite('a caption', () => {
  it('counts, names and places what was found, the most prominent first', () => {
    expect(draft(TWO_DOGS, 'gcg').answer).toBe(
      'The image shows <p> two dogs </p> [SEG] and <p> a frisbee </p> [SEG] in the centre.',
    );
  });

  it('says where a single thing stands', () => {
    const at = (box: Thing['box']) => draft(sceneOf([{ name: 'umbrella', box }]), 'gcg').answer;
    expect(at([0, 20, 10, 20])).toBe('The image shows <p> an umbrella </p> [SEG] on the left.');
    expect(at([85, 0, 10, 10])).toBe('The image shows <p> an umbrella </p> [SEG] at the top right.');
    expect(at([0, 50, 100, 10])).toBe('The image shows <p> an umbrella </p> [SEG] along the bottom.');
    expect(at([0, 0, 100, 60])).toBe('The image shows <p> an umbrella </p> [SEG].');
  });

  it('counts by pairs where English does, and stops counting above five', () => {
    const many = (name: string, count: number) =>
      draft(sceneOf(Array.from({ length: count }, (_, i) => ({ name, box: [i * 10, 0, 8, 60] as const }))), 'gcg')
        .answer;
    expect(many('skis', 1)).toContain('<p> a pair of skis </p>');
    expect(many('skis', 2)).toContain('<p> two pairs of skis </p>');
    expect(many('sheep', 5)).toContain('<p> five sheep </p>');
    expect(many('person', 9)).toContain('<p> several people </p>');
  });

  it('puts what is less prominent into a second sentence', () => {
    const scene = sceneOf([
      { name: 'bus', box: [0, 0, 60, 40] },
      { name: 'car', box: [60, 40, 30, 20] },
      { name: 'truck', box: [70, 0, 20, 20] },
      { name: 'cat', box: [0, 55, 5, 5] },
      { name: 'cat', box: [90, 20, 5, 5] },
      { name: 'apple', box: [50, 45, 3, 3] },
    ]);
    expect(draft(scene, 'gcg').answer).toMatch(
      /^The image shows <p> a bus .*, and <p> a truck <\/p> \[SEG\] at the top right\. There are also <p> two cats <\/p> \[SEG\] and <p> an apple <\/p> \[SEG\] .*\.$/,
    );
  });

  it('invents nothing where nothing was found', () => {
    for (const task of ['gcg', 'panoptic'] as const) {
      const { answer, masks, notes } = draft(EMPTY, task);
      expect(answer).toBe("Sorry, I don't see any of the 80 known objects in this image.");
      expect(masks).toEqual([]);
      expect(notes).toHaveLength(1);
    }
  });
});

suite('a panoptic answer', () => {
  it('numbers instances only where there are several', () => {
    expect(draft(TWO_DOGS, 'panoptic').answer).toBe(
      'Sure, the image contains <p> dog-1 </p> [SEG], <p> dog-2 </p> [SEG], and <p> frisbee </p> [SEG].',
    );
  });

  it('gives every pixel to one mask, the smallest thing first', () => {
    const { masks } = draft(
      sceneOf([
        { name: 'dining table', box: [0, 20, 100, 40] },
        { name: 'cup', box: [40, 30, 10, 10] },
      ]),
      'panoptic',
    );
    expect(masks.map(({ label, area }) => [label, area])).toEqual([
      ['cup', 100],
      ['dining table', 3900],
    ]);
    const [cup, table] = masks.map(({ size, counts }) => {
      const runs = decodeCounts(counts);
      if (!runs.ok) throw new Error(runs.message);
      return { height: size[0], width: size[1], counts: runs.value };
    });
    expect(iou(cup!, table!)).toBe(0);
  });
});

suite('a referring answer', () => {
  it('claims what is there and denies what is not, in the exact clause', () => {
    const { question, answer, negatives, masks } = refer(
      TWO_DOGS,
      'Please segment the dog and the zebra in this image.',
    );
    expect(question).toBe('Please segment the dog and the zebra in this image.');
    expect(answer).toBe("Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image.");
    expect(negatives).toEqual(['zebra']);
    expect(masks.map(({ label }) => label)).toEqual(['dog']);
  });

  it('lists several of either kind', () => {
    expect(refer(TWO_DOGS, 'the dog, the frisbee, the zebra, and the cat').answer).toBe(
      "Sure, <p> the dog </p> [SEG] and <p> the frisbee </p> [SEG]. But I don't see any zebra and cat in this image.",
    );
    expect(refer(EMPTY, 'an apple, a dog, and the oven').answer).toBe(
      "Sorry, I don't see any apple, dog, and oven in this image.",
    );
  });

  it('makes a question of the things alone and keeps their words', () => {
    expect(refer(TWO_DOGS, 'dog')).toMatchObject({
      question: 'Please segment the dog in this image.',
      answer: 'Sure, it is <p> dog </p> [SEG].',
    });
    expect(refer(TWO_DOGS, 'two dogs and a zebra').question).toBe('Please segment two dogs and a zebra in this image.');
  });

  it('neither claims nor denies what it does not know', () => {
    const { answer, notes, negatives } = refer(TWO_DOGS, 'the dog and the unicorn');
    expect(answer).toBe('Sure, it is <p> the dog </p> [SEG].');
    expect(negatives).toEqual([]);
    expect(notes.join()).toContain('“the unicorn” is not among the 80 kinds');
    expect(() => refer(TWO_DOGS, 'the unicorn and the sky')).toThrow(NothingKnownError);
  });

  it('neither claims nor denies a doubtful find', () => {
    const scene = sceneOf([{ name: 'dog', box: [0, 0, 20, 20] }], { doubtful: { cat: 0.2 } });
    const { answer, notes } = refer(scene, 'the dog and the cat');
    expect(answer).toBe('Sure, it is <p> the dog </p> [SEG].');
    expect(notes.join()).toContain('a doubtful find (score 0.20');
  });

  it('reads synonyms, kinds and wider words for what they are worth', () => {
    const scene = sceneOf([
      { name: 'person', box: [10, 0, 20, 60] },
      { name: 'horse', box: [50, 20, 30, 30] },
    ]);
    expect(refer(scene, 'the woman').notes.join()).toContain('cannot tell which kind');
    expect(refer(scene, 'the human being').notes).toEqual([]);
    expect(refer(scene, 'animals').masks.map(({ label }) => label)).toEqual(['horse']);
    expect(refer(EMPTY, 'the woman').negatives).toEqual(['woman']);
    expect(() => refer(EMPTY, 'the animal')).toThrow(NothingKnownError);
  });

  it('picks by side and size from the masks', () => {
    const boxOf = (prompt: string) => refer(TWO_DOGS, prompt).masks[0]!.bbox;
    expect(boxOf('the left dog')).toEqual([5, 20, 20, 30]);
    expect(boxOf('the dog on the far right side of the image')).toEqual([75, 25, 10, 20]);
    expect(boxOf('the largest dog')).toEqual([5, 20, 20, 30]);
    expect(boxOf('the smallest dog')).toEqual([75, 25, 10, 20]);
    expect(boxOf('the dogs')).toEqual([5, 20, 80, 30]);
  });

  it('does not claim a thing on the wrong side', () => {
    const scene = sceneOf([
      { name: 'dog', box: [80, 20, 15, 20] },
      { name: 'cat', box: [0, 0, 9, 9] },
    ]);
    const { answer, notes } = refer(scene, 'the dog on the left and the cat');
    expect(answer).toBe('Sure, it is <p> the cat </p> [SEG].');
    expect(notes.join()).toContain('none on that side');
  });

  it('picks by colour from the pixels, but never people', () => {
    expect(refer(TWO_DOGS, 'the black dog').masks[0]!.bbox).toEqual([75, 25, 10, 20]);
    expect(refer(TWO_DOGS, 'the brown dog').masks[0]!.bbox).toEqual([5, 20, 20, 30]);
    expect(() => refer(TWO_DOGS, 'the green dog')).toThrow(/none clearly green/);
    const person = sceneOf([{ name: 'person', box: [0, 0, 20, 60], rgb: [10, 10, 10] }]);
    expect(refer(person, 'the white man').notes.join()).toContain('“white” cannot be judged');
  });

  it('says which words it ignored, and where the count differs', () => {
    expect(refer(TWO_DOGS, 'the happy dog next to the frisbee').notes.join()).toContain(
      '“happy”, “next to the frisbee” cannot be judged',
    );
    expect(refer(TWO_DOGS, 'three dogs').notes.join()).toContain('found 2, not 3');
    expect(refer(TWO_DOGS, 'the dog').notes.join()).toContain('the mask joins them all');
  });

  it('takes a compound by its last word', () => {
    expect(() => refer(TWO_DOGS, 'the dog house')).toThrow(NothingKnownError);
    expect(refer(TWO_DOGS, 'the hot dog').negatives).toEqual(['hot dog']);
  });

  it('answers a referent once', () => {
    expect(refer(TWO_DOGS, 'the dog, a dog, and the DOG').answer).toBe('Sure, it is <p> the dog </p> [SEG].');
  });

  it.each([
    '',
    '   ',
    undefined,
    'What is the dog doing?',
    'Describe the image.',
    '<p> dog </p> [SEG]',
    'dog [SEG]',
    'x'.repeat(2000),
  ])('refuses %j as a prompt', (prompt) => {
    expect(() => draft(TWO_DOGS, 'referring', prompt)).toThrow(PromptError);
  });
});

suite('every text', () => {
  const thing = fc.record({
    name: fc.constantFrom(...COCO80.classes.map(({ name }) => name)),
    box: fc
      .tuple(fc.nat(90), fc.nat(50), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 60 }))
      .map(([x, y, w, h]) => [x, y, Math.min(w, 100 - x), Math.min(h, 60 - y)] as const),
    score: fc.float({ min: Math.fround(0.3), max: 1, noNaN: true }),
  });
  const assignment = fc.oneof(
    fc.constantFrom({ task: 'gcg' as const }, { task: 'panoptic' as const }),
    fc.record({
      task: fc.constant('referring' as const),
      prompt: fc
        .array(
          fc.constantFrom(
            'the dog',
            'a zebra',
            'two people',
            'the left car',
            'the unicorn',
            'red buses',
            'cups of tea',
          ),
          {
            minLength: 1,
            maxLength: 6,
          },
        )
        .map((items) => items.join(', ')),
    }),
  );

  it('obeys the grammar: one mask a [SEG], one space between words, as many phrases as masks', () => {
    fc.assert(
      fc.property(fc.array(thing, { maxLength: 8 }), assignment, (things, asked) => {
        let result: ReturnType<typeof draft>;
        try {
          result = draft(sceneOf(things), asked.task, 'prompt' in asked ? asked.prompt : undefined);
        } catch (error) {
          expect(error).toBeInstanceOf(NothingKnownError);
          return;
        }
        const { answer, masks } = result;
        const tree = parseAnswer(answer);
        expect(tree.segs).toHaveLength(masks.length);
        expect(tree.phrases).toHaveLength(masks.length);
        expect(answer.match(/<p> \S[^<>]*\S <\/p> \[SEG\]|<p> \S <\/p> \[SEG\]/g) ?? []).toHaveLength(masks.length);
        expect(answer).not.toMatch(/ {2}| [.,]|\n/);
        for (const { area, bbox, score } of masks) {
          expect(area).toBeGreaterThan(0);
          expect(bbox[2] * bbox[3]).toBeGreaterThanOrEqual(area);
          expect(score).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('comes from any prompt, or a typed error does', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.lorem()), (prompt) => {
        try {
          expect(refer(TWO_DOGS, prompt).question).not.toBe('');
        } catch (error) {
          expect(error).toBeInstanceOf(DraftError);
        }
      }),
    );
  });
});
