/** Remembers answers beside the output, so that an interrupted batch pays for none of them twice. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type { Ask, ChatAnswer, ChatRequest } from '../../core/labelling/chat.ts';
import { ChatError } from '../../core/labelling/chat.ts';
import { isObject } from '../../core/records/isObject.ts';
import { fail, ok, type Result } from '../../core/result.ts';

/** One JSON object a line: what was asked, as a hash, and the answer. */
export class Journal {
  private constructor(
    private readonly path: string,
    private readonly answers: Map<string, ChatAnswer>,
  ) {}

  /** A last line that was torn is cut off. */
  static open(path: string): Result<Journal> {
    const answers = new Map<string, ChatAnswer>();
    try {
      if (!existsSync(path)) return ok(new Journal(path, answers));
      const bytes = readFileSync(path);
      const whole = bytes.lastIndexOf(10) + 1;
      if (whole < bytes.length) truncateSync(path, whole);
      for (const line of bytes.toString('utf8', 0, whole).split('\n')) {
        const entry = readEntry(line);
        if (entry !== undefined) answers.set(entry.key, entry.answer);
      }
      return ok(new Journal(path, answers));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      return fail(`The journal ${path} cannot be read (${code}): check its permissions, or remove it to ask anew.`);
    }
  }

  get size(): number {
    return this.answers.size;
  }

  /** Asks only what was not asked before of the same model. `onAnswer` hears of each answer, and whether it is a new one. */
  asking(model: string, ask: Ask, onAnswer: (answer: ChatAnswer, isNew: boolean) => void): Ask {
    return async (request) => {
      const key = keyOf(model, request);
      const known = this.answers.get(key);
      const answer = known ?? (await ask(request));
      if (known === undefined) this.add(key, answer);
      onAnswer(answer, known === undefined);
      return answer;
    };
  }

  private add(key: string, answer: ChatAnswer): void {
    this.answers.set(key, answer);
    try {
      appendFileSync(this.path, `${JSON.stringify({ key, ...answer })}\n`);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new ChatError(
        `The journal ${this.path} cannot be written (${code}), so answers would be paid for twice: make room and run the same command again.`,
        true,
      );
    }
  }
}

function keyOf(model: string, { messages, maxTokens }: ChatRequest): string {
  const hash = createHash('sha256').update(JSON.stringify([model, maxTokens]));
  for (const { role, text, images = [] } of messages) {
    hash.update(JSON.stringify([role, text, images.length]));
    for (const { jpeg } of images) hash.update(createHash('sha256').update(jpeg).digest());
  }
  return hash.digest('hex');
}

function readEntry(line: string): { readonly key: string; readonly answer: ChatAnswer } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value) || typeof value['key'] !== 'string' || typeof value['text'] !== 'string') return undefined;
    const { key, text, inputTokens, outputTokens } = value;
    const tokens = {
      ...(typeof inputTokens === 'number' && { inputTokens }),
      ...(typeof outputTokens === 'number' && { outputTokens }),
    };
    return { key, answer: { text, ...tokens } };
  } catch {
    return undefined;
  }
}
