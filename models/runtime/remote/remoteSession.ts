import { ServerError } from '../errors.ts';
import type { GraphManifest, TensorManifest } from '../manifest.ts';
import type { Session, TensorInfo, Tensors } from '../sessions/session.ts';
import { type Answer, type ExchangeOptions, exchange, shown } from './exchange.ts';
import { inferBody, isObject, JSON_LENGTH, parse, readAnswer } from './infer.ts';
import { datatypeOf } from './tensors.ts';

/**
 * Graphs that run on a server which speaks the Open Inference Protocol over HTTP: NVIDIA Triton, KServe, MLServer, OpenVINO
 * Model Server. A remote session takes the place of a local one: tensors in, tensors out, by the same names.
 */

export interface RemoteOptions extends Partial<ExchangeOptions> {
  readonly signal?: AbortSignal;
}

export interface RemoteSession extends Session {
  run(feeds: Tensors, wanted?: readonly string[], signal?: AbortSignal): Promise<Tensors>;
}

/** Long enough for a large model's first run, in which the server may still compile it. */
const TIMEOUT_MS = 300_000;
const RETRY_MS = 500;

/**
 * Opens a graph on a server: asks whether the model is there and takes and gives the tensors that the manifest names. Rejects
 * with a `ServerError` whose message says which tensor differs.
 */
export async function openRemoteSession(
  server: URL,
  model: string,
  graph: GraphManifest,
  { signal, timeoutMs = TIMEOUT_MS, retryMs = RETRY_MS }: RemoteOptions = {},
): Promise<RemoteSession> {
  const options = { timeoutMs, retryMs };
  const path = `v2/models/${encodeURIComponent(model)}`;
  const said = await exchange(server, { path, signal }, options);
  const metadata = said.status === 200 ? parse(said.body) : undefined;
  if (!isObject(metadata)) throw refusal(server, model, said);
  const reshaped = checkMetadata(server, model, graph, metadata);
  const binary = await hasBinaryTensors(server, options, signal);
  const outputNames = Object.keys(graph.outputs);
  return {
    inputs: infosOf(graph.inputs),
    outputs: infosOf(graph.outputs),
    async run(feeds, wanted = outputNames, abort) {
      const body = inferBody(reshape(feeds, reshaped), wanted, binary);
      if (typeof body === 'string') throw new ServerError(`${shown(server)}, model "${model}": ${body}.`);
      const question = { path: `${path}/infer`, headers: body.headers, body: body.chunks, signal: abort };
      const answer = await exchange(server, question, options);
      if (answer.status !== 200) throw refusal(server, model, answer);
      const header = answer.headers[JSON_LENGTH];
      const outputs = readAnswer(answer.body, typeof header === 'string' ? header : undefined, wanted);
      if (typeof outputs !== 'string') return outputs;
      throw new ServerError(
        `The inference server ${shown(server)} answered for the model "${model}" in another form than the protocol's: ${outputs}. Check that it serves this bundle's graph.`,
      );
    },
    release: async () => undefined,
  };
}

function infosOf(tensors: GraphManifest['inputs']): readonly TensorInfo[] {
  return Object.entries(tensors).map(([name, { type, shape }]) => ({ name, type, shape }));
}

async function hasBinaryTensors(
  server: URL,
  options: ExchangeOptions,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { status, body } = await exchange(server, { path: 'v2', signal }, options);
  const said = status === 200 ? parse(body) : undefined;
  const extensions = isObject(said) ? said['extensions'] : undefined;
  return Array.isArray(extensions) && extensions.includes('binary_tensor_data');
}

/**
 * Compares the server's metadata with the manifest. Returns the inputs without dimensions that the server has as one element,
 * since some servers know no others. A server that lists no tensors is taken at its word: the protocol lets it.
 */
function checkMetadata(
  server: URL,
  model: string,
  graph: GraphManifest,
  metadata: Readonly<Record<string, unknown>>,
): ReadonlySet<string> {
  const reshaped = new Set<string>();
  const problem = (text: string) =>
    new ServerError(
      `The model "${model}" on ${shown(server)} is not this bundle's graph ${graph.file}: ${text}. Serve that graph, or correct the model's name.`,
    );
  for (const kind of ['input', 'output'] as const) {
    const listed = metadata[`${kind}s`];
    if (!Array.isArray(listed) || listed.length === 0) continue;
    const found = new Map(listed.filter(isObject).map((tensor) => [tensor['name'], tensor]));
    const promised = graph[`${kind}s`];
    for (const [name, wanted] of Object.entries(promised)) {
      const tensor = found.get(name);
      if (tensor === undefined) throw problem(`it has no ${kind} "${name}"`);
      const { datatype, shape } = tensor;
      if (wanted.shape.length === 0 && Array.isArray(shape) && shape.length === 1) reshaped.add(name);
      else if (!fits(wanted.shape, shape)) {
        throw problem(`its ${kind} "${name}" is ${JSON.stringify(shape)}, where the manifest says ${words(wanted)}`);
      }
      if (datatype !== datatypeOf(wanted.type)) {
        throw problem(`its ${kind} "${name}" is ${String(datatype)}, where the manifest says ${words(wanted)}`);
      }
    }
    const stranger = [...found.keys()].find((name) => !Object.hasOwn(promised, String(name)));
    if (kind === 'input' && stranger !== undefined) {
      throw problem(`it has an input "${String(stranger)}", which the manifest does not name`);
    }
  }
  return reshaped;
}

function fits(wanted: TensorManifest['shape'], shape: unknown): boolean {
  return (
    Array.isArray(shape) &&
    shape.length === wanted.length &&
    shape.every((side, i) => Number(side) === -1 || Number(side) === wanted[i])
  );
}

function words({ type, shape }: TensorManifest): string {
  return `${type} [${shape.join(', ')}]`;
}

function reshape(feeds: Tensors, names: ReadonlySet<string>): Tensors {
  if (names.size === 0) return feeds;
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, names.has(name) ? { ...tensor, dims: [1] } : tensor]),
  );
}

function refusal(server: URL, model: string, { status, body }: Answer): ServerError {
  const said = parse(body);
  // KServe says "error", Python servers built on FastAPI say "detail".
  const reason = isObject(said) ? (said['error'] ?? said['detail']) : undefined;
  const words = typeof reason === 'string' ? `: ${reason.split('\n')[0]?.slice(0, 300)}` : '';
  if (status === 404) {
    return new ServerError(
      `The inference server ${shown(server)} has no model "${model}"${words}. Put it into the server's model repository (\`uscdf models triton\` writes one), or correct the name.`,
    );
  }
  return new ServerError(
    `The inference server ${shown(server)} did not run the model "${model}" (status ${status}${words}). See its log.`,
  );
}
