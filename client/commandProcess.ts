/** Runs the command `uscdf` in a process of its own: neither its work nor its memory is the extension host's. */
import { fork } from 'node:child_process';

export interface CommandOptions {
  /** What the command sends on its channel, unchecked, and what may be sent back. */
  readonly onMessage: (message: unknown, answer: (message: object) => void) => void;
  /** Variables of the environment besides the extension host's own. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Asks the command to stop. */
  readonly signal: AbortSignal;
  /** A command that has not stopped after this long is ended. */
  readonly graceMs?: number | undefined;
}

export interface CommandEnd {
  readonly output: string;
  /** What it said on standard error, a line each, without its name. */
  readonly remarks: readonly string[];
  /** The exit code, or the signal that ended it. */
  readonly end: number | string | null;
  /** Why it could not be started. */
  readonly error?: Error;
}

const GRACE_MS = 5_000;
/** Characters; of a command that complains without end the first are kept. */
const MOST_REMARKS = 100_000;
/** What the command hears as "stop": see `cli/evaluate/parent.ts`. */
const STOP = 'stop';

/** `command` is the built `dist/uscdf.cjs`. Never rejects. */
export function runCommand(
  command: string,
  args: readonly string[],
  { onMessage, signal, env = {}, graceMs = GRACE_MS }: CommandOptions,
): Promise<CommandEnd> {
  const child = fork(command, [...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    // The extension host may be Electron, which is then asked to be Node.
    env: { ...process.env, ...env, ELECTRON_RUN_AS_NODE: '1' },
  });
  const output: string[] = [];
  let complaints = '';
  const answer = (message: object) => {
    // One that has ended by itself meanwhile hears nothing.
    if (child.connected) child.send(message, () => undefined);
  };
  child.on('message', (message: unknown) => onMessage(message, answer));
  child.stdout?.setEncoding('utf8').on('data', (text: string) => output.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (complaints.length < MOST_REMARKS) complaints += text;
  });
  let late: NodeJS.Timeout | undefined;
  const stop = () => {
    late = setTimeout(() => child.kill('SIGKILL'), graceMs);
    // One that has ended by itself meanwhile hears nothing.
    if (child.connected) child.send(STOP, () => undefined);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve) => {
    const end = (how: Pick<CommandEnd, 'end' | 'error'>) => {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
      resolve({ ...how, output: output.join(''), remarks: remarksOf(complaints) });
    };
    child.once('error', (error) => end({ end: null, error }));
    // After the last of its output, which `exit` may come before.
    child.once('close', (code, killedBy) => end({ end: killedBy ?? code }));
  });
}

function remarksOf(complaints: string): readonly string[] {
  return complaints
    .split('\n')
    .map((line) => line.replace(/^uscdf(?: [a-z]+)?: /, '').trim())
    .filter((line) => line !== '');
}
