/** `uscdf label`: captions of several granularities for images with masks (docs/labelling.md). */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Ask } from '../core/labelling/chat.ts';
import { addEstimates, estimateImage, estimateText, NOTHING, type Price, priceIn } from '../core/labelling/cost.ts';
import type { Prompts } from '../core/labelling/prompts.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { Interruption } from './annotate/interruption.ts';
import { ProgressBar } from './annotate/progressBar.ts';
import { RecordFile } from './annotate/recordFile.ts';
import { promptsFolder, workerPath } from './installation.ts';
import { Editor } from './label/editor.ts';
import { type LabelItem, objectsOf } from './label/items.ts';
import { Journal } from './label/journal.ts';
import { localRootId, runLocally } from './label/local.ts';
import { isOnThisMachine, OpenAi, readEndpoint } from './label/openAi.ts';
import { readPrompts, writePrompts } from './label/promptFiles.ts';
import { readItems } from './label/readItems.ts';
import { isDone, type LabelOutcome, runBatch } from './label/run.ts';
import { Spending, summaryText } from './label/spending.ts';

interface LabelOptions {
  readonly output?: string;
  readonly provider: 'openai' | 'local' | 'editor';
  readonly endpoint?: string;
  readonly model?: string;
  readonly detector: string;
  readonly keyVariable: string;
  readonly prompts?: string;
  readonly writePrompts?: string;
  readonly prices?: string;
  readonly parallel: number;
  readonly timeout: number;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

const FINDINGS = 1;
const FAILED = 2;
const INTERRUPTED = 130;

export function registerLabel(program: Command): void {
  program
    .command('label')
    .summary('caption images with masks, object by object, with a language model')
    .description(
      'Asks a model for a caption of each object, and joins them into descriptions of the whole image and of each object with parts ' +
        '(paper, supplement B). Shows what that takes, and asks, before anything leaves this machine. Run it again to go on after an ' +
        'interruption. The records are marked as drafts.',
    )
    .argument('[input...]', 'records with masks, images, folders, or globs')
    .option('-o, --output <file>', 'the .uscdf.jsonl that the records are added to')
    .addOption(
      new Option('--provider <provider>', 'who answers').choices(['openai', 'local', 'editor']).default('openai'),
    )
    .option('--endpoint <address>', 'an OpenAI-compatible server, such as http://localhost:8000/v1')
    .option('-m, --model <name>', "the server's model; for the local provider a bundle (default: coco80)")
    .option('--detector <bundle>', 'the bundle that finds the objects of images without records', 'coco80')
    .option('--key-variable <name>', 'the environment variable that holds the key', 'USCDF_API_KEY')
    .option('--prompts <folder>', 'prompts of your own: object.md, root.md, subtree.md, again.md')
    .option('--write-prompts <folder>', 'copy the prompts that ship into a folder, to change them, and end')
    .option('--prices <file>', 'JSON: {"MODEL": {"input": 2.5, "output": 10}}, for a million tokens')
    .option('--parallel <number>', 'requests at a time', readWhole, 4)
    .option('--timeout <seconds>', 'how long one answer may take', readWhole, 120)
    .option('-y, --yes', 'send the images without asking')
    .option('--dry-run', 'show what the batch takes, and end')
    .action(async (inputs: string[], options: LabelOptions) => {
      process.exitCode = await label(inputs, options);
    });
}

function readWhole(text: string): number {
  const number = Number(text);
  if (/^\d{1,6}$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('It is a whole number from 1.');
}

async function label(inputs: readonly string[], options: LabelOptions): Promise<number> {
  if (options.writePrompts !== undefined) return copyPrompts(options.writePrompts);
  const { output } = options;
  if (inputs.length === 0) return refuse('name records with masks, or images; see `uscdf label --help`.');
  if (output === undefined) return refuse('name the file to write with -o OUT.uscdf.jsonl.');
  const provider = readProvider(options);
  if (!provider.ok) return refuse(provider.message);
  const opened = RecordFile.open(output);
  if (!opened.ok) return refuse(opened.message);
  for (const warning of opened.value.warnings) complain(warning);
  const batch = new Batch(inputs, output, opened.value, options, provider.value);
  try {
    return await batch.toTheEnd();
  } finally {
    batch.close();
    opened.value.close();
  }
}

function copyPrompts(folder: string): number {
  const written = writePrompts(promptsFolder(), folder);
  if (!written.ok) return refuse(written.message);
  const what = written.value.length === 0 ? 'All prompts are there already' : `Wrote ${written.value.join(', ')}`;
  process.stdout.write(`${what}. Change them, and label with --prompts ${folder}.\n`);
  return 0;
}

/** Who answers, checked before anything is read. */
interface Provider {
  readonly prompts: Prompts;
  /** `provenance.model`, and what the journal keeps answers under. */
  readonly model: string;
  readonly endpoint: URL | undefined;
  readonly price: Price | undefined;
}

function readProvider(options: LabelOptions): Result<Provider> {
  const prompts = readPrompts(promptsFolder(), options.prompts);
  if (!prompts.ok) return prompts;
  if (options.provider === 'local')
    return ok({ prompts: prompts.value, model: options.model ?? 'coco80', endpoint: undefined, price: undefined });
  const { model } = options;
  if (model === undefined || model.trim() === '') return fail('name the model with --model, as its server calls it.');
  const price = readPrice(options.prices, model);
  if (!price.ok) return price;
  if (options.provider === 'editor')
    return process.send === undefined
      ? fail('--provider editor works only where an editor started the command: use --provider openai.')
      : ok({ prompts: prompts.value, model, endpoint: undefined, price: price.value });
  if (options.endpoint === undefined)
    return fail('name the server with --endpoint, such as http://localhost:8000/v1, or take --provider local.');
  const endpoint = readEndpoint(options.endpoint);
  return endpoint.ok ? ok({ prompts: prompts.value, model, endpoint: endpoint.value, price: price.value }) : endpoint;
}

function readPrice(file: string | undefined, model: string): Result<Price | undefined> {
  if (file === undefined) return ok(undefined);
  try {
    const price = priceIn(JSON.parse(readFileSync(file, 'utf8')), model);
    return price.ok ? price : fail(`${file}: ${price.message}`);
  } catch (error) {
    return fail(
      `--prices ${file} cannot be read (${error instanceof Error ? error.message : String(error)}): correct it.`,
    );
  }
}

/** One run of the command. */
class Batch {
  private readonly abort = new AbortController();
  private readonly interruption: Interruption;
  private readonly editor: Editor;
  private readonly spending = new Spending();
  private bar = new ProgressBar(process.stderr, 1);
  private stopping = false;
  private done = 0;
  private total = 0;
  private complaints = 0;

  constructor(
    private readonly inputs: readonly string[],
    private readonly output: string,
    private readonly file: RecordFile,
    private readonly options: LabelOptions,
    private readonly provider: Provider,
  ) {
    this.interruption = new Interruption(
      () => {
        this.stopping = true;
        this.say('Stopping after this image. Press Ctrl-C again to stop at once.');
      },
      () => this.stop(),
    );
    this.editor = new Editor(() => this.stop());
  }

  async toTheEnd(): Promise<number> {
    const { items, complaints } = await this.find();
    this.bar.clear();
    for (const each of complaints) complain(each);
    this.complaints = complaints.length;
    if (this.abort.signal.aborted) return INTERRUPTED;
    if (items.length === 0) return FAILED;
    return this.options.provider === 'local' ? this.locally(items) : this.byModel(items);
  }

  close(): void {
    this.bar.clear();
    this.interruption.end();
    this.editor.close();
  }

  /** The local model finds the objects by itself, so that for it only the images count. */
  private find() {
    const isLocal = this.options.provider === 'local';
    return readItems(this.inputs, {
      bundle: isLocal ? undefined : () => bundleFolder(this.options.detector),
      except: this.output,
      workerPath: workerPath(),
      signal: this.abort.signal,
      onImage: (path, done, total) => {
        this.bar.show(`looking for objects in ${path}`, done / total);
        this.editor.progress('looking for objects', done, total);
      },
    });
  }

  private async byModel(items: readonly LabelItem[]): Promise<number> {
    const { provider, options } = this;
    let estimate = NOTHING;
    const todo: LabelItem[] = [];
    for (const item of items) {
      const objects = objectsOf(item);
      if (isDone(item, objects, this.file)) continue;
      todo.push(item);
      estimate = addEstimates(estimate, estimateImage(objects, provider.prompts));
    }
    const skipped = items.length - todo.length;
    if (todo.length === 0) return this.end(nothingDone(), skipped, '');
    const journal = Journal.open(`${this.output}.journal`);
    if (!journal.ok) return refuse(journal.message);
    const plan = `${estimateText(estimate, provider.price)}${journal.value.size === 0 ? '' : ` Of them the journal beside the output may hold some: it has ${journal.value.size} answers.`}`;
    const mayGo = await this.mayGo(plan);
    if (mayGo !== undefined) return mayGo;
    const ask = journal.value.asking(provider.model, this.asking(), (answer, isNew) =>
      this.spending.add(answer, isNew),
    );
    this.begin(todo.length);
    const outcome = await runBatch(todo, {
      ...this.callbacks(),
      file: this.file,
      prompts: provider.prompts,
      ask,
      model: provider.model,
      parallel: options.parallel,
    });
    return this.end(outcome, skipped, this.spending.text(provider.price));
  }

  private async locally(items: readonly LabelItem[]): Promise<number> {
    const images = [...new Map(items.map((item) => [item.imagePath, item])).values()];
    const todo = images.filter((item) => !this.file.hasId(localRootId(item)));
    const skipped = images.length - todo.length;
    if (todo.length === 0) return this.end(nothingDone(), skipped, '');
    const mayGo = await this.mayGo(
      `${todo.length} ${todo.length === 1 ? 'image' : 'images'}; nothing leaves this machine, and nothing is to be paid.`,
    );
    if (mayGo !== undefined) return mayGo;
    this.begin(todo.length);
    const outcome = await runLocally(todo, {
      ...this.callbacks(),
      bundle: await bundleFolder(this.provider.model),
      workerPath: workerPath(),
      file: this.file,
      signal: this.abort.signal,
    });
    return this.end(outcome, skipped, '');
  }

  private asking(): Ask {
    const { provider, options, editor } = this;
    if (provider.endpoint === undefined) return editor.ask;
    const key = process.env[options.keyVariable] || undefined;
    if (key !== undefined && provider.endpoint.protocol === 'http:' && !isOnThisMachine(provider.endpoint))
      this.say(`The key goes to ${provider.endpoint.host} unencrypted, for the address begins with http: use https.`);
    const client = new OpenAi({
      endpoint: provider.endpoint,
      model: provider.model,
      key,
      timeoutMs: options.timeout * 1000,
      signal: this.abort.signal,
      onWait: (message, ms) =>
        this.say(`${provider.endpoint?.host}: ${message}; trying again in ${(ms / 1000).toFixed(1)} s.`),
    });
    return (request) => client.ask(request);
  }

  /** Shows the plan, and asks where images would leave the machine. An exit code where nothing is to be done. */
  private async mayGo(plan: string): Promise<number | undefined> {
    const { endpoint } = this.provider;
    const destination = endpoint === undefined || isOnThisMachine(endpoint) ? undefined : endpoint.host;
    if (this.editor.isThere) {
      const goes = await this.editor.consent(plan, destination);
      return goes ? undefined : INTERRUPTED;
    }
    process.stderr.write(`uscdf label: ${plan}\n`);
    if (this.options.dryRun === true) return 0;
    if (destination === undefined || this.options.yes === true) return undefined;
    if (!process.stdin.isTTY)
      return refuse(`the images would be sent to ${destination}: say --yes if they may, for nobody can be asked here.`);
    const answer = await askLine(`Send parts of these images to ${destination}? [y/N] `);
    return /^y(?:es)?$/i.test(answer.trim()) ? undefined : refuse('nothing was sent.');
  }

  private begin(total: number): void {
    this.total = total;
    this.bar = new ProgressBar(process.stderr, total);
  }

  private callbacks() {
    return {
      isStopping: () => this.stopping,
      isAborted: () => this.abort.signal.aborted,
      onImage: (name: string) => {
        this.bar.show(name, 0);
        this.editor.progress(name, this.done, this.total);
      },
      onImageEnd: () => {
        this.done++;
        this.bar.advance();
        this.editor.progress('', this.done, this.total);
      },
      say: (message: string) => this.say(message),
    };
  }

  private end(outcome: LabelOutcome, skipped: number, spent: string): number {
    const interrupted = this.abort.signal.aborted || (this.stopping && this.done < this.total);
    this.bar.clear();
    process.stdout.write(`${summaryText(outcome, { skipped, spent, interrupted })}\n`);
    if (interrupted) return INTERRUPTED;
    if (outcome.failed > 0 || outcome.stopped || this.complaints > 0) return FAILED;
    return outcome.withFindings > 0 ? FINDINGS : 0;
  }

  private stop(): void {
    this.stopping = true;
    this.abort.abort();
  }

  private say(message: string): void {
    this.bar.clear();
    complain(message);
  }
}

/** What is typed on the terminal; nothing where it is closed, or Ctrl-C is pressed. */
function askLine(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(''));
    lines.once('SIGINT', () => lines.close());
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

async function bundleFolder(name: string): Promise<string> {
  // Needs the checks of bundles, which most runs do without.
  const { findBundle } = await import('./models/store.ts');
  return findBundle(name);
}

function nothingDone(): LabelOutcome {
  return { labelled: 0, records: 0, withFindings: 0, failed: 0, stopped: false };
}

function complain(message: string): void {
  process.stderr.write(`uscdf label: ${message}\n`);
}

function refuse(message: string): number {
  complain(message);
  return FAILED;
}
