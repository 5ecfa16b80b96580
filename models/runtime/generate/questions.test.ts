import { describe, expect, it } from 'vitest';
import { readAssignment } from '../assignment.ts';
import type { DraftTask } from '../draft.ts';
import { TaskError } from '../errors.ts';
import type { DialectSettings, GeneratorManifest } from '../manifest.ts';
import { planQuestions } from './questions.ts';

const PHRASES: DialectSettings = { kind: 'phrases', open: '<p>', close: '</p>', seg: '[SEG]' };
const BARE: DialectSettings = { kind: 'bare', seg: '[SEG]' };

const plan = (
  task: DraftTask,
  prompt: string | undefined,
  tasks: GeneratorManifest['tasks'],
  dialect: DialectSettings = PHRASES,
) => planQuestions(readAssignment(task, prompt), { name: 'm', tasks, dialect });

describe('what a model is asked', () => {
  it('is the bundle’s own sentence, and the user’s question stands in the record', () => {
    expect(plan('referring', 'the dog and the zebra', { refer: 'Please segment {referents}.' })).toEqual({
      recorded: 'Please segment the dog and the zebra in this image.',
      questions: [{ asked: 'Please segment the dog and the zebra.', referents: ['the dog', 'the zebra'] }],
    });
    expect(plan('gcg', undefined, { describe: 'Describe it.' })).toEqual({
      recorded: 'Describe it.',
      questions: [{ asked: 'Describe it.', referents: [] }],
    });
    expect(plan('reasoning', 'Why $& so?', { reason: '{question} Answer with masks.' }).questions[0]!.asked).toBe(
      'Why $& so? Answer with masks.',
    );
  });

  it('is one thing at a time where the answer does not name what it shows', () => {
    const { questions } = plan('referring', 'the dog and the zebra', { refer: 'Where is {referents}?' }, BARE);
    expect(questions.map(({ asked }) => asked)).toEqual(['Where is the dog?', 'Where is the zebra?']);
  });

  it('stands in the record in plain words where it is a tag', () => {
    expect(plan('gcg', undefined, { describe: '<grounding> An image of' }).recorded).toMatch(
      /^Could you please give me/,
    );
    expect(plan('mgsc', 'the dog', { describePart: '<part> {phrase}' }).recorded).toContain('for the dog in the image');
  });

  it.each([
    ['panoptic', undefined, /not made for the task panoptic\. It does gcg and mgsc/],
    ['mgsc', 'the dog', /not made for the task mgsc in this form/],
    ['reasoning', 'Why?', /choose one of them/],
  ] as const)('is nothing for %s where the bundle lacks it', (task, prompt, message) => {
    const tasks = { describe: 'Describe.', describeRoot: 'Describe all.', caption: 'Caption.' };
    expect(() => plan(task, prompt, tasks)).toThrow(TaskError);
    expect(() => plan(task, prompt, tasks)).toThrow(message);
  });
});
