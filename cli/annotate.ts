import { basename } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DRAFT_TASKS, type Draft, type DraftRequest, EXECUTION_DEVICES } from '../models/runtime/draft.ts';
import {
  DraftCancelledError,
  DraftError,
  DraftTimeoutError,
  ImageError,
  InferenceWorker,
  NothingKnownError,
  WorkerCrashedError,
} from '../models/runtime/host.ts';
import { listImages } from './annotate/images.ts';
import { ProgressBar } from './annotate/progressBar.ts';
import { RecordFile } from './annotate/recordFile.ts';
import { bundleFolder, workerPath } from './installation.ts';

interface AnnotateOptions {
  readonly output: string;
  readonly model: string;
  readonly task: DraftRequest['task'];
  readonly prompt?: string;
  readonly device: NonNullable<DraftRequest['device']>;
  readonly threshold?: number;
  readonly verbose?: boolean;
}

const FAILED = 2;
const INTERRUPTED = 130;

/** Adds `uscdf annotate`: drafts for images that have no record yet, written as records to a `.uscdf.jsonl`. */
export function registerAnnotate(program: Command): void {
  program
    .command('annotate')
    .summary('draft grounded captions and masks for images')
    .description(
      'Drafts a record for every image that has none in the output file, with a model on this machine. Run it again to go on ' +
        'after an interruption. The records are marked as drafts: a person accepts, edits or rejects them.',
    )
    .argument('<image...>', 'images, folders of images, or globs')
    .requiredOption('-o, --output <file>', 'the .uscdf.jsonl that the records are added to')
    .option('-m, --model <bundle>', 'a model bundle: its folder, or the name of one that ships', 'coco80')
    .addOption(new Option('-t, --task <task>', 'what to write').choices(DRAFT_TASKS).default('gcg'))
    .option('-p, --prompt <text>', 'for --task referring: "the dog and the zebra", or a list question')
    .addOption(
      new Option('-d, --device <device>', 'where to run').choices(['auto', ...EXECUTION_DEVICES]).default('auto'),
    )
    .option('--threshold <score>', "score from which a find counts, 0 to 1, instead of the model's own", readShare)
    .option('-v, --verbose', 'say on stderr what the model reports')
    .action(async (images: string[], options: AnnotateOptions) => {
      process.exitCode = await annotate(images, options);
    });
}

function readShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError('It is a number from 0 to 1.');
}

/** Returns the exit code: 0, 2 where something failed, 130 where Ctrl-C stopped it. */
async function annotate(args: readonly string[], options: AnnotateOptions): Promise<number> {
  if (options.task === 'referring' && (options.prompt ?? '').trim() === '') {
    return refuse('--task referring needs --prompt "the dog and the zebra": the things to look for.');
  }
  if (options.task !== 'referring' && options.prompt !== undefined) {
    return refuse(`--prompt belongs to --task referring; --task ${options.task} asks its own question.`);
  }
  const { images, complaints } = listImages(args);
  for (const each of complaints) complain(each);
  if (images.length === 0) return FAILED;
  const opened = RecordFile.open(options.output);
  if (!opened.ok) return refuse(opened.message);
  const file = opened.value;
  for (const warning of file.warnings) complain(warning);
  try {
    const outcome = await draftAll(images, file, options);
    process.stdout.write(`${summary(outcome)}\n`);
    if (outcome.interrupted) return INTERRUPTED;
    return outcome.failed > 0 || outcome.stopped || complaints.length > 0 ? FAILED : 0;
  } finally {
    file.close();
  }
}

interface Outcome {
  readonly drafts: readonly Draft['timings'][];
  readonly seconds: number;
  readonly skipped: number;
  /** How many of the skipped have records of other tasks or prompts only. */
  readonly skippedOthers: number;
  readonly failed: number;
  readonly interrupted: boolean;
  /** Something that would fail for every image ended the run. */
  readonly stopped: boolean;
}

async function draftAll(images: readonly string[], file: RecordFile, options: AnnotateOptions): Promise<Outcome> {
  const todo = images.filter((image) => !file.has(image));
  const skippedOthers = images.filter((image) => file.hasOtherOnly(image, options.task, options.prompt)).length;
  const worker = new InferenceWorker({
    workerPath: workerPath(),
    ...(options.verbose === true ? { log: (line: string) => complain(line) } : {}),
  });
  const bar = new ProgressBar(process.stderr, todo.length);
  const interruption = new Interruption();
  const drafts: Draft['timings'][] = [];
  let failed = 0;
  let stopped = false;
  const started = performance.now();
  try {
    for (const image of todo) {
      if (interruption.asked) break;
      bar.show(basename(image), 0);
      try {
        const draft = await worker.draft(requestFor(image, options), {
          signal: interruption.signal,
          onProgress: ({ done }) => bar.show(basename(image), done),
        });
        const written = file.append(image, recordOf(image, draft, file));
        bar.clear();
        if (!written.ok) {
          complain(written.message);
          stopped = true;
          break;
        }
        if (options.verbose === true) for (const note of draft.notes) complain(`${image}: ${note}`);
        drafts.push(draft.timings);
      } catch (error) {
        bar.clear();
        if (error instanceof DraftCancelledError) break;
        if (!(error instanceof DraftError)) throw error;
        failed++;
        const whole = error instanceof ImageError || !concernsOneImage(error);
        complain(whole ? error.message : `${image}: ${error.message}`);
        if (!concernsOneImage(error)) {
          stopped = true;
          break;
        }
      }
      bar.advance();
    }
  } finally {
    interruption.end();
    worker.dispose();
  }
  return {
    drafts,
    seconds: (performance.now() - started) / 1000,
    skipped: images.length - todo.length,
    skippedOthers,
    failed,
    interrupted: interruption.asked && drafts.length + failed < todo.length,
    stopped,
  };
}

function concernsOneImage(error: DraftError): boolean {
  return [ImageError, NothingKnownError, WorkerCrashedError, DraftTimeoutError].some((kind) => error instanceof kind);
}

function requestFor(image: string, options: AnnotateOptions): DraftRequest {
  return {
    bundle: bundleFolder(options.model),
    image,
    task: options.task,
    device: options.device,
    ...(options.prompt === undefined ? {} : { prompt: options.prompt }),
    ...(options.threshold === undefined ? {} : { scoreThreshold: options.threshold }),
  };
}

/** A draft as a record of docs/format.md, section 2. */
function recordOf(image: string, draft: Draft, file: RecordFile) {
  return {
    id: file.newId(image),
    image: file.relativeImage(image),
    width: draft.width,
    height: draft.height,
    task: draft.task,
    conversations: [
      { from: 'human', value: `<image>\n${draft.question}` },
      { from: 'gpt', value: draft.answer },
    ],
    masks: draft.masks,
    ...(draft.negatives.length > 0 ? { negatives: draft.negatives } : {}),
    provenance: {
      model: `${draft.model.name}@${draft.model.version}`,
      status: 'draft',
      created: new Date().toISOString(),
      device: draft.device,
      ...(draft.notes.length > 0 ? { notes: draft.notes } : {}),
    },
  };
}

/** Ctrl-C: the first lets the image under way be finished, the second does not. */
class Interruption {
  readonly #abort = new AbortController();
  readonly #listener = () => {
    if (this.asked) this.#abort.abort();
    else complain('Stopping after this image. Press Ctrl-C again to stop at once.');
    this.asked = true;
  };
  asked = false;

  constructor() {
    process.on('SIGINT', this.#listener);
    process.on('SIGTERM', this.#listener);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  end(): void {
    process.off('SIGINT', this.#listener);
    process.off('SIGTERM', this.#listener);
  }
}

function summary({ drafts, seconds, skipped, skippedOthers, failed, interrupted, stopped }: Outcome): string {
  const mean = (part: keyof Draft['timings']) =>
    `${Math.round(drafts.reduce((sum, timings) => sum + timings[part], 0) / drafts.length)} ms`;
  const load = Math.round(Math.max(0, ...drafts.map((timings) => timings.loadMs)));
  const done =
    drafts.length === 0
      ? 'No image drafted'
      : `${drafts.length} ${drafts.length === 1 ? 'image' : 'images'} drafted in ${seconds.toFixed(1)} s ` +
        `(${(drafts.length / seconds).toFixed(1)} images/s; model loaded in ${load} ms; ` +
        `a mean image: decoding ${mean('decodeMs')}, detector ${mean('encodeMs')}, masks ${mean('masksMs')})`;
  const others =
    skippedOthers === 0
      ? ''
      : ` (${skippedOthers === skipped ? '' : `${skippedOthers} of them `}with another task or prompt: name another output to draft ${skippedOthers === 1 ? 'it' : 'them'} anew)`;
  return [
    done,
    ...(skipped > 0 ? [`${skipped} already recorded${others}`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(interrupted ? ['interrupted, run the same command to go on'] : stopped ? ['stopped early'] : []),
  ]
    .join('; ')
    .concat('.');
}

function refuse(message: string): number {
  complain(message);
  return FAILED;
}

function complain(message: string): void {
  process.stderr.write(`uscdf annotate: ${message}\n`);
}
