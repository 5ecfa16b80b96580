import type { Assignment } from '../assignment.ts';
import type { DialectReading, Generated, Piece } from '../dialects/dialect.ts';
import { BundleError, NothingKnownError, PromptError } from '../errors.ts';
import type { Checkpoint, ModelDraft, SourceImage } from '../model.ts';
import { type DrawnAnswer, description, joinedAnswer, listAnswer, type SaidAnswer } from './answers.ts';
import { type Decoded, decode } from './decode.ts';
import type { DecoderPrompt } from './driver.ts';
import { spliced } from './embed.ts';
import type { ImageFeatures } from './encodings.ts';
import type { Generator } from './generator.ts';
import { promptIds } from './prompt.ts';
import { drawWanted } from './promptMasks.ts';
import { type ModelQuestion, planQuestions, type QuestionPlan } from './questions.ts';
import { wordsSoFar } from './words.ts';

/** Answers an assignment about a photograph: encodes it, has the words written, reads them, and draws their masks. */
export async function answerAssignment(
  generator: Generator,
  assignment: Assignment,
  image: SourceImage,
  checkpoint: Checkpoint,
): Promise<ModelDraft> {
  const plan = planQuestions(assignment, generator.manifest);
  const asking = new Asking(generator, assignment, plan, image, checkpoint);
  const { width, height } = await generator.encodings.size(image);
  const before = generator.encodings.milliseconds;
  await checkpoint('encode');
  const answers: DrawnAnswer[] = [];
  for (const [i, question] of plan.questions.entries()) answers.push(await asking.ask(question, i));
  await checkpoint('compose');
  const said = saidOf(assignment, plan, answers);
  return {
    question: plan.recorded,
    ...said,
    notes: [...asking.notes, ...said.notes],
    width,
    height,
    encodeMs: generator.encodings.milliseconds - before,
    generateMs: asking.generateMs,
    masksMs: asking.masksMs,
  };
}

function saidOf(assignment: Assignment, plan: QuestionPlan, answers: readonly DrawnAnswer[]): SaidAnswer {
  if (assignment.task !== 'referring') return description(answers[0]!);
  return answers.length === 1
    ? listAnswer(answers[0]!)
    : joinedAnswer(
        plan.questions.flatMap(({ referents }) => referents),
        answers,
      );
}

/** The questions of one assignment, one after the other. */
class Asking {
  readonly notes: string[] = [];
  generateMs = 0;
  masksMs = 0;
  readonly #generator: Generator;
  readonly #assignment: Assignment;
  readonly #plan: QuestionPlan;
  readonly #image: SourceImage;
  readonly #checkpoint: Checkpoint;

  constructor(
    generator: Generator,
    assignment: Assignment,
    plan: QuestionPlan,
    image: SourceImage,
    checkpoint: Checkpoint,
  ) {
    this.#generator = generator;
    this.#assignment = assignment;
    this.#plan = plan;
    this.#image = image;
    this.#checkpoint = checkpoint;
  }

  async ask(question: ModelQuestion, index: number): Promise<DrawnAnswer> {
    const { encodings, dialect } = this.#generator;
    const features = await encodings.features(this.#image);
    const size = await encodings.size(this.#image);
    const share = (part: number) => (index + part) / this.#plan.questions.length;
    const decoded = await this.#write(question, features, share);
    if (decoded.note !== undefined) this.notes.push(decoded.note);
    const reading = dialect(this.#generated(question, decoded, size));
    expectSense(reading, this.#generator.manifest.name);
    const drawing = performance.now();
    const encoding = encodings.milliseconds;
    const masks = await drawWanted(this.#generator, reading.masks, decoded.states, this.#image, {
      between: (part) => this.#checkpoint('masks', share(part)),
      note: (text) => this.notes.push(text),
    });
    this.masksMs += performance.now() - drawing - (encodings.milliseconds - encoding);
    return { reading, masks };
  }

  async #write(question: ModelQuestion, features: ImageFeatures, share: (part: number) => number): Promise<Decoded> {
    await this.#checkpoint('generate', share(0));
    const started = performance.now();
    const { manifest, tokenizer, driver } = this.#generator;
    const prompt = await this.#prompt(question.asked, features);
    const length = prompt.embeds.dims[1]!;
    const room = manifest.generation.maxLength - length;
    if (room < 1) {
      throw new PromptError(
        `The photograph and the question take ${length} of the ${manifest.generation.maxLength} tokens that ${manifest.name} can read, so nothing is left for an answer. Ask a shorter question.`,
      );
    }
    const decoded = await decode(prompt, {
      driver,
      tokenizer,
      eos: new Set(manifest.tokens.eos),
      maxTokens: Math.min(manifest.generation.maxNewTokens, room),
      contextIsShort: room < manifest.generation.maxNewTokens,
      stateAfter: manifest.hiddenState === 'self',
      onText: (text, tokens) => this.#checkpoint('generate', share(written(tokens)), wordsSoFar(text)),
    });
    this.generateMs += performance.now() - started;
    return decoded;
  }

  async #prompt(asked: string, features: ImageFeatures): Promise<DecoderPrompt> {
    const { manifest, tokenizer, embedding } = this.#generator;
    const { before, after } = promptIds(asked, manifest, tokenizer);
    const { file } = manifest.graphs.vision_encoder;
    if (features.width < 1 || features.data.length % features.width !== 0) {
      throw new BundleError(`${file} gave no vectors of the photograph. Get the bundle again.`, file);
    }
    const rows = await embedding.rows([...before, ...after]);
    const at = before.length * rows.width;
    const embeds = spliced(
      { data: rows.data.subarray(0, at), width: rows.width },
      features,
      { data: rows.data.subarray(at), width: rows.width },
      file,
    );
    return { embeds, unseen: features.unseen.map((row) => before.length + row) };
  }

  #generated(
    { asked, referents }: ModelQuestion,
    { pieces, finished }: { readonly pieces: readonly Piece[]; readonly finished: boolean },
    { width, height }: { readonly width: number; readonly height: number },
  ): Generated {
    const { task } = this.#assignment;
    return { pieces, finished, task, question: this.#plan.recorded, asked, referents, width, height };
  }
}

/** More things than that no answer speaks of, and no photograph's record should hold. */
const MOST_THINGS = 500;

/** A model that lost the thread marks or denies things without end: such an answer is not worth its masks. */
function expectSense({ masks, negatives, notes }: DialectReading, name: string): void {
  if (Math.max(masks.length, negatives.length, notes.length) <= MOST_THINGS) return;
  throw new NothingKnownError(
    `${name} lost the thread: its answer marks ${masks.length} things and denies ${negatives.length}, and at most ${MOST_THINGS} are read. Ask in other words, or choose another model.`,
  );
}

/** How far an answer may be by its tokens: always forward, never at the end, since nobody knows how many will come. */
function written(tokens: number): number {
  return 1 - Math.exp(-tokens / 60);
}
