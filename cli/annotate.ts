import { type Command, InvalidArgumentError, Option } from 'commander';
import { DRAFT_TASKS, type DraftRequest, EXECUTION_DEVICES } from '../models/runtime/draft.ts';
import { complain } from './annotate/complain.ts';
import { listImages } from './annotate/images.ts';
import { RecordFile } from './annotate/recordFile.ts';
import { AnnotateRun } from './annotate/run.ts';
import { summary } from './annotate/summary.ts';
import { workerPath } from './installation.ts';

interface AnnotateOptions {
  readonly output: string;
  readonly model: string;
  readonly task: DraftRequest['task'];
  readonly prompt?: string;
  readonly device: NonNullable<DraftRequest['device']>;
  readonly server?: string;
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
    .option(
      '-m, --model <bundle>',
      'a model bundle: its folder, or the name of one that `uscdf models list` shows',
      'coco80',
    )
    .addOption(new Option('-t, --task <task>', 'what to write').choices(DRAFT_TASKS).default('gcg'))
    .option(
      '-p, --prompt <text>',
      'what to look for ("the dog and the zebra"), what to ask (reasoning), or the phrase to describe in parts (mgsc)',
    )
    .addOption(
      new Option('-d, --device <device>', 'where to run').choices(['auto', ...EXECUTION_DEVICES]).default('auto'),
    )
    .option(
      '--server <address>',
      'a server of the Open Inference Protocol that runs the graphs; photographs are sent there',
    )
    .option('--threshold <score>', "score from which a find counts, 0 to 1, instead of the model's own", readShare)
    .option('-v, --verbose', 'say on stderr what the model reports, and its words as it writes them')
    .action(async (images: string[], options: AnnotateOptions) => {
      // Needs the checks of bundles, which no other command does.
      const { findBundle } = await import('./models/store.ts');
      process.exitCode = await annotate(images, { ...options, model: await findBundle(options.model) });
    });
}

function readShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError('It is a number from 0 to 1.');
}

/** Returns the exit code: 0, 2 where something failed, 130 where Ctrl-C stopped it. */
async function annotate(args: readonly string[], options: AnnotateOptions): Promise<number> {
  const wrong = wrongPrompt(options);
  if (wrong !== undefined) return refuse(wrong);
  const { images, complaints } = listImages(args);
  for (const each of complaints) complain(each);
  if (images.length === 0) return FAILED;
  const part = partOf(options);
  const opened = RecordFile.open(options.output, { forParts: part !== undefined });
  if (!opened.ok) return refuse(opened.message);
  const file = opened.value;
  for (const warning of file.warnings) complain(warning);
  try {
    const todo = images.filter((image) => (part === undefined ? !file.has(image) : !file.hasPart(image, part)));
    const rootless = new Set<string>();
    for (const image of part === undefined ? [] : todo) {
      if (file.rootOf(image, part!) !== undefined) continue;
      rootless.add(image);
      complain(withoutRoot(image, part!, options.output));
    }
    const skippedOthers =
      part === undefined ? images.filter((image) => file.hasOtherOnly(image, options.task, options.prompt)).length : 0;
    const run = new AnnotateRun(
      todo.filter((image) => !rootless.has(image)),
      {
        file,
        workerPath: workerPath(),
        request: (image) => requestFor(image, options),
        verbose: options.verbose === true,
      },
    );
    const ran = await run.toTheEnd();
    const failed = ran.failed + rootless.size;
    process.stdout.write(`${summary({ ...ran, failed, skipped: images.length - todo.length, skippedOthers })}\n`);
    if (ran.interrupted) return INTERRUPTED;
    return failed > 0 || ran.stopped || complaints.length > 0 ? FAILED : 0;
  } finally {
    file.close();
  }
}

/** What is wrong with the prompt for the task, in one line. */
function wrongPrompt({ task, prompt }: AnnotateOptions): string | undefined {
  const isEmpty = (prompt ?? '').trim() === '';
  if (task === 'referring' && isEmpty) {
    return '--task referring needs --prompt "the dog and the zebra": the things to look for.';
  }
  if (task === 'reasoning' && isEmpty) {
    return '--task reasoning needs --prompt "What could keep the rain off?": the question.';
  }
  if ((task === 'gcg' || task === 'panoptic') && prompt !== undefined) {
    return `--prompt belongs to --task referring, reasoning or mgsc; --task ${task} asks its own question.`;
  }
  return undefined;
}

/** The phrase that is to be described in finer parts. */
function partOf({ task, prompt }: AnnotateOptions): string | undefined {
  return task === 'mgsc' && prompt !== undefined && prompt.trim() !== '' ? prompt.trim() : undefined;
}

function withoutRoot(image: string, phrase: string, output: string): string {
  return `${image}: no record of it in ${output} has the phrase "${phrase}", so nothing could be a part of it. Draft the whole image first: --task mgsc without --prompt.`;
}

function requestFor(image: string, options: AnnotateOptions): DraftRequest {
  return {
    bundle: options.model,
    image,
    task: options.task,
    device: options.device,
    ...(options.prompt === undefined ? {} : { prompt: options.prompt }),
    ...(options.server === undefined ? {} : { server: options.server }),
    ...(options.threshold === undefined ? {} : { scoreThreshold: options.threshold }),
  };
}

function refuse(message: string): number {
  complain(message);
  return FAILED;
}
