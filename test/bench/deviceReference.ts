import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { DecoderShape } from './deviceGraph.ts';
import type { AnswerLength } from './deviceLimit.ts';

/** Seconds of one answer. */
export interface AnswerSeconds {
  /** Until its first token, the prompt's own run. */
  readonly first: number;
  readonly whole: number;
}

/** What the reference says of itself when it is loaded. */
export interface ReferencePlace {
  readonly place: string;
  readonly dtype: string;
  readonly threads: number;
  readonly versions: Readonly<Record<string, string>>;
  /** Bytes read and written a second by a copy. */
  readonly bandwidth: number;
}

/** `transformers` in a process of its own, loaded and waiting. */
export interface Reference {
  readonly place: ReferencePlace;
  answer(): Promise<AnswerSeconds>;
  end(): Promise<void>;
}

export interface ReferenceOptions {
  readonly device: string;
  readonly shape: DecoderShape;
  readonly length: AnswerLength;
}

/**
 * Starts the reference with the Python that `USCDF_BENCH_PYTHON` names. Undefined, with the reason printed, where there is none,
 * it has not got the packages, or it does not reach the device. Unlike the metrics' references it is never installed: torch is
 * too large to come unasked, and its kind must suit the card.
 */
export async function startReference({ device, shape, length }: ReferenceOptions): Promise<Reference | undefined> {
  const python = process.env['USCDF_BENCH_PYTHON'];
  if (python === undefined) {
    console.log('SKIPPED: transformers. USCDF_BENCH_PYTHON names no Python that has it and torch.');
    return undefined;
  }
  const script = join(__dirname, '../../test/bench/device_reference.py');
  const args = ['--device', device, '--shape', JSON.stringify(shape)];
  args.push('--prompt', String(length.prompt), '--tokens', String(length.tokens));
  for (const option of ['checkpoint', 'dtype']) {
    const value = process.env[`USCDF_BENCH_${option.toUpperCase()}`];
    if (value !== undefined) args.push(`--${option}`, value);
  }
  const child = spawn(python, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  // Both ends may be gone when it stops; what it said last is the reason.
  child.stdin.on('error', () => undefined);
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told = (told + text).slice(-4000)));
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => (told += error.message));
    child.on('close', () => resolve());
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done !== true) return JSON.parse(line.value);
    await ended;
    throw new Error(told.trim().split('\n').at(-1) ?? 'it said nothing');
  };
  try {
    const place = (await next()) as ReferencePlace;
    return {
      place,
      answer: () => {
        child.stdin.write('\n');
        return next() as Promise<AnswerSeconds>;
      },
      end: () => {
        child.stdin.end();
        return ended;
      },
    };
  } catch (error) {
    console.log(`SKIPPED: transformers. ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
