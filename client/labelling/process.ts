/** Runs `uscdf label` in a process of its own, asks for consent in its name, and lends it the editor's language model. */
import { existsSync } from 'node:fs';
import { type EditorQuestion, toEditor } from '../../core/labelling/channel.ts';
import { runCommand } from '../commandProcess.ts';

export interface LabellingRequest {
  /** Records with masks, or images: absolute paths. */
  readonly inputs: readonly string[];
  /** The `.uscdf.jsonl` that the records are added to. */
  readonly output: string;
  readonly provider: LabellingProvider;
  /** A folder with prompts of the user's own. */
  readonly prompts?: string | undefined;
  /** A file with the user's prices. */
  readonly prices?: string | undefined;
}

export type LabellingProvider =
  | { readonly kind: 'openai'; readonly endpoint: string; readonly model: string; readonly key: string | undefined }
  /** The editor's language model; `ask` rejects with a sentence for people. */
  | { readonly kind: 'editor'; readonly model: string; readonly ask: (question: EditorQuestion) => Promise<string> }
  | { readonly kind: 'local'; readonly bundle: string };

export interface LabellingOptions {
  readonly signal: AbortSignal;
  /** Asked before anything is sent; `destination` is who would get pictures, and `undefined` where they stay. */
  readonly consent: (plan: string, destination: string | undefined) => Promise<boolean>;
  readonly onProgress: (text: string, done: number, total: number) => void;
}

export type LabellingEnd =
  /** `remarks` is what the command complained about; `complete` says that nothing failed and nothing is left over. */
  | { readonly kind: 'done'; readonly summary: string; readonly remarks: readonly string[]; readonly complete: boolean }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

const FAILED = 2;
const INTERRUPTED = 130;
/** So that the key stands in no list of processes. */
const KEY_VARIABLE = 'USCDF_API_KEY';
/** A batch that is stopped lets the answers under way go. */
const GRACE_MS = 20_000;

/** `command` is the built `dist/uscdf.cjs`. Never rejects. */
export async function runLabelling(
  command: string,
  request: LabellingRequest,
  { signal, consent, onProgress }: LabellingOptions,
): Promise<LabellingEnd> {
  const { provider } = request;
  // A refusal ends the command as a click on Cancel does.
  const refused = new AbortController();
  const { output, remarks, end, error } = await runCommand(command, argumentsOf(request), {
    signal: AbortSignal.any([signal, refused.signal]),
    graceMs: GRACE_MS,
    env: { [KEY_VARIABLE]: provider.kind === 'openai' ? (provider.key ?? '') : '' },
    onMessage(message, answer) {
      const read = toEditor.safeParse(message);
      if (!read.success) return;
      const from = read.data;
      if (from.kind === 'progress') onProgress(from.text, from.done, from.total);
      else if (from.kind === 'ask') void lend(provider, from, answer);
      else void consent(from.text, from.destination).then((goes) => (goes ? answer({ kind: 'go' }) : refused.abort()));
    },
  });
  if (error !== undefined)
    return {
      kind: 'failed',
      message: `the command could not be started (${error.message}): try again, and install the extension anew if it stays.`,
    };
  const summary = output.trim();
  if (summary !== '' && existsSync(request.output))
    return { kind: 'done', summary, remarks, complete: end !== FAILED && end !== INTERRUPTED };
  if (end === INTERRUPTED || signal.aborted || refused.signal.aborted) return { kind: 'cancelled' };
  const why =
    remarks.length > 0 ? remarks.join(' ') : `the command ended unexpectedly (${end ?? 'no reason is known'}).`;
  return { kind: 'failed', message: why };
}

function argumentsOf({ inputs, output, provider, prompts, prices }: LabellingRequest): readonly string[] {
  return [
    'label',
    ...inputs,
    '--output',
    output,
    '--provider',
    provider.kind,
    '--model',
    provider.kind === 'local' ? provider.bundle : provider.model,
    ...(provider.kind === 'openai' ? ['--endpoint', provider.endpoint] : []),
    ...(prompts === undefined ? [] : ['--prompts', prompts]),
    ...(prices === undefined ? [] : ['--prices', prices]),
  ];
}

async function lend(
  provider: LabellingProvider,
  question: EditorQuestion,
  answer: (message: object) => void,
): Promise<void> {
  const { id } = question;
  if (provider.kind !== 'editor') {
    answer({ kind: 'failed', id, message: 'The editor lends no language model.', ofAll: true });
    return;
  }
  try {
    answer({ kind: 'answer', id, text: await provider.ask(question) });
  } catch (error) {
    answer({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error), ofAll: true });
  }
}
