/**
 * The entry of the checking process. It lives for one job, beside the process that answers the editor, so that no file delays
 * a keystroke; to cancel a job is to end its process.
 */
import { dirname } from 'node:path';
import type { Config } from '../../core/config.ts';
import { fileKind } from '../../core/records/document.ts';
import { findConfig } from '../files.ts';
import { readSettings, type ServerSettings } from '../settings.ts';
import { checkFile } from './checkFile.ts';
import { type FoundFile, findFile, findFiles, MAX_FILES } from './findFiles.ts';
import { indexFiles } from './indexFiles.ts';
import type { CheckJob, Job, JobEvent } from './messages.ts';

/** Progress inside a file is told no more often than this. */
const PROGRESS_MS = 200;

const send = (event: JobEvent): void => {
  process.send?.(event);
};

process.once('message', (job: Job) => void work(job));
// A server that is gone needs no answer.
process.once('disconnect', () => process.exit());

async function work(job: Job): Promise<void> {
  const files = await filesOf(job);
  send({ kind: 'found', files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) });
  if (job.kind === 'check') await check(job, files);
  else await indexFiles(files, send);
  // Once this has been sent, so has everything before it.
  process.send?.({ kind: 'end' } satisfies JobEvent, () => process.disconnect());
}

async function filesOf({ folders: all, only, except }: Job): Promise<readonly FoundFile[]> {
  const folders = all.filter(({ editor }) => readSettings(editor, undefined).closedFiles !== 'off');
  const open = new Set(except);
  if (only === undefined) {
    const { files, complete } = await findFiles(folders);
    if (!complete)
      send({
        kind: 'limit',
        message: `The workspace has more than ${MAX_FILES} USCDF files, and only ${MAX_FILES} of them are checked: open a smaller folder, or run \`uscdf lint\`.`,
      });
    return files.filter(({ path }) => !open.has(path));
  }
  const files: FoundFile[] = [];
  for (const path of only.filter((each) => !open.has(each))) {
    const file = await findFile(path, folders);
    if (file === undefined) send({ kind: 'gone', path });
    else files.push(file);
  }
  return files;
}

async function check(job: CheckJob, files: readonly FoundFile[]): Promise<void> {
  const configs = new Map<string, Promise<Config | undefined>>();
  let done = 0;
  let told = performance.now();
  for (const { path, folder, size, modified } of files) {
    const config = await configOf(dirname(path), configs);
    const settings = readSettings(folder.editor, config);
    const stamp = stampOf(size, modified, settings);
    if (job.known.get(path) === stamp) send({ kind: 'unchanged', path, stamp });
    else {
      send({ kind: 'begin', path });
      const progress = (bytes: number) => {
        if (performance.now() - told < PROGRESS_MS) return;
        told = performance.now();
        send({ kind: 'progress', bytes: done + bytes });
      };
      const { severities } = settings;
      const diagnostics = await checkFile(path, fileKind(path)!, {
        severities,
        pixels: settings.closedFiles === 'all',
        progress,
      });
      send({ kind: 'report', path, stamp, diagnostics });
    }
    done += size;
    send({ kind: 'progress', bytes: done });
  }
}

/** The config that holds for a folder; a wrong one holds for nothing, and is reported at its own place. */
function configOf(folder: string, known: Map<string, Promise<Config | undefined>>): Promise<Config | undefined> {
  const found = known.get(folder);
  if (found !== undefined) return found;
  const read = readConfig(folder);
  known.set(folder, read);
  return read;
}

async function readConfig(folder: string): Promise<Config | undefined> {
  const found = await findConfig(folder);
  if (found === undefined || found.config.ok) return found?.config.ok ? found.config.value : undefined;
  send({ kind: 'wrongConfig', path: found.path });
  return undefined;
}

function stampOf(size: number, modified: number, settings: ServerSettings): string {
  return `${size} ${modified} ${JSON.stringify([settings.severities, settings.closedFiles])}`;
}
