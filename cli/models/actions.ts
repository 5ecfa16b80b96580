/** What `uscdf models` does; read when one of its commands is given, since it needs much that no other command does. */
import { createInterface } from 'node:readline/promises';
import { licenceNote } from '../../models/runtime/licence.ts';
import { CATALOGUE, type CatalogueEntry } from '../../models/runtime/manager/catalogue.ts';
import { ModelsCancelledError, ModelsError } from '../../models/runtime/manager/errors.ts';
import { fetchBundle, megabytes, planDownload } from '../../models/runtime/manager/fetchBundle.ts';
import { entryPage, harmless, modelPage, modelSummary, planPage } from '../../models/runtime/manager/page.ts';
import { writePublishedManifest } from '../../models/runtime/manager/publishedManifest.ts';
import type { KnownModel } from '../../models/runtime/manager/store.ts';
import { writeTritonRepository } from '../../models/runtime/manager/triton.ts';
import { ProgressLine } from './progressLine.ts';
import { findBundle, modelStore } from './store.ts';

const FAILED = 2;
const INTERRUPTED = 130;

/** Runs an action; what the user can cause becomes a line on stderr and the exit code. */
export async function done(action: Promise<void>): Promise<void> {
  try {
    await action;
  } catch (error) {
    if (!(error instanceof ModelsError)) throw error;
    process.stderr.write(`uscdf models: ${harmless(error.message)}\n`);
    process.exitCode = error instanceof ModelsCancelledError ? INTERRUPTED : FAILED;
  }
}

export async function list(json: boolean): Promise<void> {
  const known = await modelStore().list();
  const others = CATALOGUE.filter(({ name }) => !known.some((model) => model.name === name));
  if (json) {
    const models = known.map(({ manifest, ...model }) => ({
      ...model,
      ...(manifest && { version: manifest.version, title: manifest.title, licence: manifest.licence.expression }),
    }));
    const downloads = others.map(({ name, title, licence, aboutBytes }) => ({ name, title, licence, aboutBytes }));
    process.stdout.write(`${JSON.stringify({ models, downloads }, null, 2)}\n`);
    return;
  }
  const width = Math.max(...[...known, ...others].map(({ name }) => name.length));
  for (const model of known) process.stdout.write(`${model.name.padEnd(width)}  ${modelSummary(model)}\n`);
  if (others.length > 0) process.stdout.write('\nTo be fetched with `uscdf models download NAME`:\n');
  for (const { name, licence, aboutBytes, title } of others) {
    process.stdout.write(`${name.padEnd(width)}  ${title} · about ${megabytes(aboutBytes)} · ${licence}\n`);
  }
}

export async function show(name: string): Promise<void> {
  const model = await modelStore().find(name);
  if (model !== undefined) process.stdout.write(`${(await modelPage(model)).trimEnd()}\n`);
  else process.stdout.write(`${entryPage(entryOf(name)).trimEnd()}\n`);
}

export async function add(folder: string, copy: boolean): Promise<void> {
  const store = modelStore();
  const model = await interruptible((signal, line) =>
    store.add(folder, {
      copy,
      signal,
      onProgress: (share) => line.show(`copying ${Math.floor(100 * share)} %`),
    }),
  );
  report(model, copy ? `copied to ${model.folder}` : `it stays at ${model.folder}`);
}

export async function fetchModel(name: string, { yes, hub }: { yes?: boolean; hub: string }): Promise<void> {
  const entry = entryOf(name);
  const store = modelStore();
  await store.expectFree(name);
  const model = await interruptible(async (signal, line) => {
    const plan = await planDownload(entry, { hub, signal });
    process.stdout.write(`${planPage(plan)}\n`);
    if (yes !== true && !(await agreed(`Download ${megabytes(plan.bytes)} to ${store.folder}?`, signal))) {
      throw new ModelsError('Nothing was fetched. Say --yes to agree to the download that is shown above.');
    }
    return fetchBundle(plan, store, writePublishedManifest, {
      signal,
      onProgress: ({ doneBytes, totalBytes, file }) =>
        line.show(`${Math.floor((100 * doneBytes) / totalBytes)} % of ${megabytes(totalBytes)}: ${file}`),
    });
  });
  report(model, `every file is what the hub lists; at ${model.folder}`);
}

export async function remove(name: string): Promise<void> {
  const model = await modelStore().remove(name);
  const what =
    model === undefined
      ? 'what its download had left is deleted'
      : model.origin === 'linked'
        ? `forgotten; its files stay at ${model.folder}`
        : 'its files are deleted';
  process.stdout.write(`${name}: ${what}.\n`);
}

export async function triton(bundle: string, { output, link }: { output: string; link?: boolean }): Promise<void> {
  const names = await writeTritonRepository(await findBundle(bundle), output, { link: link === true });
  process.stdout.write(
    `${output}: ${names.join(', ')}. Start the server with tritonserver --model-repository ${output}\n`,
  );
}

function report({ name, manifest }: KnownModel, where: string): void {
  process.stdout.write(`${name}: ${where}. Use it with --model ${name}.\n`);
  const limits = manifest && licenceNote(manifest);
  if (limits !== undefined) process.stderr.write(`uscdf models: ${harmless(limits)}\n`);
}

function entryOf(name: string): CatalogueEntry {
  const entry = CATALOGUE.find((each) => each.name === name);
  if (entry !== undefined) return entry;
  throw new ModelsError(
    `There is no model "${name}", neither here nor among those that can be fetched (${CATALOGUE.map((each) => each.name).join(', ')}). \`uscdf models list\` shows all.`,
  );
}

async function agreed(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim());
  } catch {
    throw new ModelsCancelledError('Nothing was fetched.');
  } finally {
    terminal.close();
  }
}

/** Runs a task that Ctrl-C stops, with a line for its progress. */
async function interruptible<T>(task: (signal: AbortSignal, line: ProgressLine) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  const line = new ProgressLine(process.stderr);
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    return await task(abort.signal, line);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    line.clear();
  }
}
