/** Asks a server that speaks OpenAI's chat completions: a provider's, or one that runs beside (vLLM, llama.cpp, Ollama …). */
import { toDataUri } from '../../core/images/encode.ts';
import { type ChatAnswer, ChatError, type ChatMessage, type ChatRequest } from '../../core/labelling/chat.ts';
import { isObject } from '../../core/records/isObject.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { PassingError, retryAfter, withRetries } from './retry.ts';

export interface OpenAiOptions {
  /** Up to and without `/chat/completions`. */
  readonly endpoint: URL;
  readonly model: string;
  readonly key: string | undefined;
  /** Of one attempt. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onWait: (message: string, waitMs: number) => void;
  readonly attempts?: number;
  readonly firstWaitMs?: number;
}

const ATTEMPTS = 6;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 300_000;
const MOST_ANSWER_BYTES = 8e6;
const MOST_SAID = 300;

/** Reads the address that a user gives; the query and a trailing `/chat/completions` are not part of it. */
export function readEndpoint(text: string): Result<URL> {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return fail(`${text} is no address: write it with its beginning, such as http://localhost:8000/v1.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return fail(`${text} is no address of a server: it begins with http:// or https://.`);
  if (url.username !== '' || url.password !== '')
    return fail('The address holds a name or a password, which would be seen in lists of processes: leave them out.');
  url.pathname = url.pathname.replace(/\/(?:chat\/completions\/?)?$/, '');
  url.search = '';
  url.hash = '';
  return ok(url);
}

/** Whether what is sent to an address stays on this machine. */
export function isOnThisMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

export class OpenAi {
  /** Newer models of OpenAI know the limit by another name; the first answer tells. */
  private limitName = 'max_tokens';

  constructor(private readonly options: OpenAiOptions) {}

  /** Rejects with a `ChatError`. */
  async ask(request: ChatRequest): Promise<ChatAnswer> {
    const { signal, onWait, attempts = ATTEMPTS, firstWaitMs = FIRST_WAIT_MS } = this.options;
    try {
      return await withRetries(() => this.attempt(request), {
        attempts,
        firstWaitMs,
        longestWaitMs: LONGEST_WAIT_MS,
        signal,
        onWait: (error, waitMs) => onWait(error.message, waitMs),
      });
    } catch (error) {
      if (signal.aborted) throw new ChatError('The run was stopped.', true);
      if (!(error instanceof PassingError)) throw error;
      throw new ChatError(
        `${this.host} could not answer in ${attempts} attempts (${error.message}): what was answered before is kept, so run the same command again later to go on.`,
        true,
      );
    }
  }

  private get host(): string {
    return this.options.endpoint.host;
  }

  private async attempt(request: ChatRequest): Promise<ChatAnswer> {
    const { endpoint, key, timeoutMs, signal } = this.options;
    let response: Response;
    let body: string;
    try {
      response = await fetch(`${endpoint.href.replace(/\/$/, '')}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
        body: JSON.stringify(this.body(request)),
        // Elsewhere the user has not allowed photographs to be sent.
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      body = await boundedText(response);
    } catch (error) {
      if (error instanceof ChatError) throw error;
      throw new PassingError(connectionProblem(error, timeoutMs));
    }
    if (response.ok) return readAnswer(body, this.host);
    return this.refused(request, response, body);
  }

  private body({ messages, maxTokens }: ChatRequest): object {
    return { model: this.options.model, messages: messages.map(wireMessage), [this.limitName]: maxTokens };
  }

  private refused(request: ChatRequest, { status, headers }: Response, body: string): Promise<ChatAnswer> {
    const said = errorText(body);
    const because = said === '' ? '' : ` It says: ${said}`;
    const { host } = this;
    if (status >= 300 && status < 400)
      throw new ChatError(
        `${host} points to another address (${headers.get('location') ?? 'which it does not name'}), where nothing is sent unasked: name that address instead.`,
        true,
      );
    if (status === 401 || status === 403)
      throw new ChatError(`${host} refuses the key (${status}): set the right one.${because}`, true);
    if (status === 404)
      throw new ChatError(
        `${host} has nothing at this address, or no model ${this.options.model} (404): check both.${because}`,
        true,
      );
    if (status === 429 && /insufficient_quota|billing/i.test(body))
      throw new ChatError(`The account at ${host} has nothing left to spend: raise its limit.${because}`, true);
    if (status === 408 || status === 409 || status === 425 || status === 429 || status >= 500)
      throw new PassingError(`it answered ${status}`, retryAfter(headers.get('retry-after'), Date.now()));
    if (status === 400 && this.limitName === 'max_tokens' && body.includes('max_completion_tokens')) {
      this.limitName = 'max_completion_tokens';
      return this.attempt(request);
    }
    throw new ChatError(
      `${host} does not take the request (${status}): check that the model takes pictures, and the prompts.${because}`,
      false,
    );
  }
}

function wireMessage({ role, text, images = [] }: ChatMessage): object {
  if (images.length === 0) return { role, content: text };
  const pictures = images.map(({ jpeg }) => ({ type: 'image_url', image_url: { url: toDataUri(jpeg, 'image/jpeg') } }));
  return { role, content: [...pictures, { type: 'text', text }] };
}

function readAnswer(body: string, host: string): ChatAnswer {
  const value = parsed(body);
  const choices = isObject(value) ? value['choices'] : undefined;
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const message = isObject(choice) ? choice['message'] : undefined;
  const text = isObject(message) ? contentText(message['content']) : undefined;
  if (text === undefined)
    throw new ChatError(
      `${host} answered with something else than a chat completion: check that the address is that of an OpenAI-compatible server (it mostly ends in /v1).`,
      true,
    );
  const usage = isObject(value) && isObject(value['usage']) ? value['usage'] : {};
  return { text, inputTokens: count(usage['prompt_tokens']), outputTokens: count(usage['completion_tokens']) };
}

/** A text, or a list of parts; a model that says nothing sends `null`. */
function contentText(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (content === null) return '';
  if (!Array.isArray(content)) return undefined;
  return content
    .map((part: unknown) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** What a server says of an error, for a line of a terminal. */
function errorText(body: string): string {
  const value = parsed(body);
  const error = isObject(value) ? (value['error'] ?? value['detail'] ?? value['message']) : undefined;
  const said = isObject(error) ? error['message'] : error;
  const text = typeof said === 'string' ? said : '';
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
    .slice(0, MOST_SAID);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_ANSWER_BYTES)
      throw new ChatError('The server answered with more than 8 MB, which is no caption: check its address.', true);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function connectionProblem(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `it did not answer within ${Math.round(timeoutMs / 1000)} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return `the connection failed${code === undefined ? '' : `, ${code}`}`;
}
