import { joinList } from '../../../core/text/compose.ts';
import type { Assignment } from '../assignment.ts';
import type { Generated } from '../dialects/dialect.ts';
import type { DraftTask } from '../draft.ts';
import { TaskError } from '../errors.ts';
import { type DrawnAnswer, description, joinedAnswer, type SaidAnswer } from '../generate/answers.ts';
import type { ScoredMask } from '../generate/segMasks.ts';
import { wordsSoFar } from '../generate/words.ts';
import type { FlorenceManifest } from '../manifest.ts';
import type { Checkpoint, ModelDraft, SourceImage } from '../model.ts';
import { alignCaption } from './alignCaption.ts';
import { listEverything, namedBoxes, ofPolygons, readingOf } from './answers.ts';
import { drawBoxes, FILLED_BOXES } from './drawBoxes.ts';
import type { Florence } from './florence.ts';
import { type PixelBox, readBoxes, readPolygons } from './locations.ts';

/** The official data's own questions: Florence-2's sentences are no questions that a person asks. */
const DESCRIBE =
  'Could you please give me a detailed description of the image? Please respond with interleaved segmentation masks for the corresponding parts of the answer.';
const EVERYTHING = 'Can you segment all the objects in this image?';

const ALWAYS_FINDS =
  'The model marks something for whatever it is asked for, and never says that a thing is absent: check that each of them is in the image.';

/** Answers an assignment about a photograph in as many runs of the model as it takes. Throws a `TaskError` for tasks that it lacks. */
export async function answerAssignment(
  florence: Florence,
  assignment: Assignment,
  image: SourceImage,
  checkpoint: Checkpoint,
): Promise<ModelDraft> {
  const answer = plan(assignment, florence.manifest);
  await checkpoint('encode');
  const { width, height } = await image.raster();
  const encoders = [florence.images, florence.pixels];
  const encoded = () => encoders.reduce((sum, encoder) => sum + (encoder?.milliseconds ?? 0), 0);
  const before = encoded();
  const started = performance.now();
  const run = new AnswerRun(florence, image, { width, height }, checkpoint);
  const { question, said } = await answer(run);
  await checkpoint('compose');
  const encodeMs = encoded() - before;
  return {
    question,
    ...said,
    notes: [...run.notes, ...said.notes],
    width,
    height,
    encodeMs,
    generateMs: Math.max(0, performance.now() - started - encodeMs - run.masksMs),
    masksMs: run.masksMs,
  };
}

type Answering = (run: AnswerRun) => Promise<{ readonly question: string; readonly said: SaidAnswer }>;

/** What to do for an assignment; throws before anything is run where the bundle has no sentence for it. */
function plan(assignment: Assignment, manifest: FlorenceManifest): Answering {
  const { caption, ground, segment, detect, regions } = manifest.tasks;
  switch (assignment.task) {
    case 'gcg':
      if (caption === undefined || ground === undefined) throw lacks('gcg', manifest);
      return async (run) => ({ question: DESCRIBE, said: await run.describe(caption, ground) });
    case 'panoptic': {
      const sentence = detect ?? regions;
      if (sentence === undefined) throw lacks('panoptic', manifest);
      return async (run) => ({ question: EVERYTHING, said: await run.everything(sentence) });
    }
    case 'referring': {
      const { question, referents } = assignment.prompt;
      if (segment === undefined && ground === undefined) throw lacks('referring', manifest);
      return async (run) => ({ question, said: await run.referents(referents, segment, ground) });
    }
    default:
      throw lacks(assignment.task, manifest);
  }
}

function lacks(task: DraftTask, { name, tasks }: FlorenceManifest): TaskError {
  const known = [
    ...(tasks.caption !== undefined && tasks.ground !== undefined ? ['gcg'] : []),
    ...((tasks.detect ?? tasks.regions) ? ['panoptic'] : []),
    ...((tasks.segment ?? tasks.ground) ? ['referring'] : []),
  ];
  return new TaskError(
    `${name} was not made for the task ${task}. It does ${joinList(known) || 'none of the draft tasks'}: choose one of them, or another bundle.`,
  );
}

/** The runs of one assignment. */
class AnswerRun {
  readonly notes: string[] = [];
  masksMs = 0;
  readonly #florence: Florence;
  readonly #image: SourceImage;
  readonly #size: { readonly width: number; readonly height: number };
  readonly #checkpoint: Checkpoint;

  constructor(
    florence: Florence,
    image: SourceImage,
    size: { readonly width: number; readonly height: number },
    checkpoint: Checkpoint,
  ) {
    this.#florence = florence;
    this.#image = image;
    this.#size = size;
    this.#checkpoint = checkpoint;
  }

  /** A caption, then the boxes of its phrases, then their masks. */
  async describe(caption: string, ground: string): Promise<SaidAnswer> {
    const words = (await this.#ask(caption, 0, 1 / 2)).trim();
    const found = await this.#ask(
      ground.replace('{caption}', () => words),
      1 / 2,
      1,
    );
    const { locations } = this.#florence.manifest;
    const reading = alignCaption(words, readBoxes(found, locations, this.#size), this.#generated(DESCRIBE, caption));
    const boxes = reading.masks.map(({ from }) => (from.kind === 'boxes' ? from.boxes : []));
    return description({ reading, masks: await this.#draw(boxes) });
  }

  async everything(sentence: string): Promise<SaidAnswer> {
    const found = await this.#ask(sentence, 0, 1);
    const things = namedBoxes(readBoxes(found, this.#florence.manifest.locations, this.#size));
    return listEverything(things, await this.#draw(things.map(({ box }) => [box])));
  }

  /** Outlines of each referent where the model writes them, else masks of its boxes. */
  async referents(
    referents: readonly string[],
    segment: string | undefined,
    ground: string | undefined,
  ): Promise<SaidAnswer> {
    const answers: DrawnAnswer[] = [];
    for (const [i, referent] of referents.entries()) {
      const [from, to] = [i / referents.length, (i + 1) / referents.length];
      answers.push(
        segment === undefined
          ? await this.#boxesOf(referent, ground!, from, to)
          : await this.#outlinesOf(referent, segment, from, to),
      );
    }
    this.notes.push(ALWAYS_FINDS);
    return joinedAnswer(referents, answers);
  }

  async #outlinesOf(referent: string, segment: string, from: number, to: number): Promise<DrawnAnswer> {
    const text = await this.#ask(
      segment.replace('{phrase}', () => referent),
      from,
      to,
    );
    return ofPolygons(referent, readPolygons(text, this.#florence.manifest.locations, this.#size), this.#size);
  }

  async #boxesOf(referent: string, ground: string, from: number, to: number): Promise<DrawnAnswer> {
    const text = await this.#ask(
      ground.replace('{caption}', () => referent),
      from,
      to,
    );
    const boxes = readBoxes(text, this.#florence.manifest.locations, this.#size).flatMap((found) => found.boxes);
    const masks = boxes.length === 0 ? [] : await this.#draw([boxes]);
    return { reading: readingOf(referent, masks.length), masks };
  }

  async #ask(sentence: string, from: number, to: number): Promise<string> {
    await this.#checkpoint('generate', from);
    const { text, finished } = await this.#florence.ask(this.#image, sentence, (written, tokens) =>
      this.#checkpoint('generate', to - (to - from) * Math.exp(-tokens / 40), wordsSoFar(written)),
    );
    const { maxNewTokens } = this.#florence.manifest.generation;
    if (!finished) this.notes.push(`An answer was stopped after ${maxNewTokens} tokens. Check the end of the text.`);
    return text;
  }

  async #draw(boxes: readonly (readonly PixelBox[])[]): Promise<readonly ScoredMask[]> {
    if (boxes.length === 0) return [];
    await this.#checkpoint('masks', 0);
    if (this.#florence.pixels === undefined) this.notes.push(FILLED_BOXES);
    const encoding = this.#florence.pixels?.milliseconds ?? 0;
    const started = performance.now();
    const drawn = await drawBoxes(this.#florence, boxes, this.#image, (share) => this.#checkpoint('masks', share));
    const encoded = (this.#florence.pixels?.milliseconds ?? 0) - encoding;
    this.masksMs += Math.max(0, performance.now() - started - encoded);
    return drawn;
  }

  #generated(question: string, asked: string): Generated {
    return { pieces: [], finished: true, task: 'gcg', question, asked, referents: [], ...this.#size };
  }
}
