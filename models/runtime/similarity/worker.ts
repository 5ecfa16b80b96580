/** The process that embeds phrases for `uscdf evaluate`: opens one bundle, answers in the order asked, ends with its parent. */
import { isFor, loadBundle } from '../bundle.ts';
import { BundleError, DraftError } from '../errors.ts';
import { type Embedder, loadEmbedder } from './embedder.ts';
import { type FromEmbedder, readToEmbedder, type ToEmbedder } from './protocol.ts';

let embedder: Embedder | undefined;
let last: Promise<void> = Promise.resolve();

process.on('message', (message) => {
  const order = readToEmbedder(message);
  if (order === undefined) send({ kind: 'failure', code: 'unexpected', message: 'A message of unknown form came.' });
  else last = last.then(() => answer(order));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole terminal group; the command decides what to do.
process.on('SIGINT', () => undefined);

async function answer(order: ToEmbedder): Promise<void> {
  try {
    send(order.kind === 'open' ? await open(order.bundle) : await embed(order.texts));
  } catch (error) {
    // What is not a DraftError is a mistake of ours: the process ends and its end is reported with this trace.
    if (!(error instanceof DraftError)) throw error;
    send({ kind: 'failure', code: error.code, message: error.message });
  }
}

async function open(folder: string): Promise<FromEmbedder> {
  const bundle = await loadBundle(folder);
  if (!bundle.ok) throw bundle.error;
  if (!isFor(bundle.value, 'embedder')) {
    const { name, driver } = bundle.value.manifest;
    throw new BundleError(
      `${name} is a model of another kind (${driver}), which does not say how alike texts are. Choose a bundle of the driver "embedder".`,
    );
  }
  embedder = await loadEmbedder(bundle.value);
  const { name, version, pooling, graphs } = bundle.value.manifest;
  return { kind: 'opened', model: { name, version, pooling, sha256: graphs.model.sha256 }, width: embedder.width };
}

async function embed(texts: readonly string[]): Promise<FromEmbedder> {
  if (embedder === undefined) throw new BundleError('No model is open yet.');
  return { kind: 'vectors', vectors: await embedder.embed(texts) };
}

function send(message: FromEmbedder): void {
  // The parent may be gone; then `disconnect` ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
