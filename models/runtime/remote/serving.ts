import type { Bundle } from '../bundle.ts';
import type { ExecutionDevice } from '../draft.ts';
import { ServerError } from '../errors.ts';
import { type BundleManifest, graphsOf } from '../manifest.ts';
import type { Model } from '../model.ts';
import { shown, shownText } from './exchange.ts';

/** Where a graph runs that does not run here. */
export interface ServedGraph {
  readonly server: URL;
  /** The graph's name there. */
  readonly model: string;
}

/** The name that a graph has on a server where nothing else is said: the bundle's and the graph's. */
export function modelNameOf(bundle: string, graphKey: string): string {
  return `${bundle}_${graphKey}`;
}

/** The address of a server from a setting or an option. Throws a `ServerError` where it is none. */
export function readServerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new ServerError(
    `"${shownText(text)}" is not the address of an inference server. Write it with its protocol and port, such as http://localhost:8000.`,
  );
}

/**
 * The graphs of a bundle that run on a server, by their keys. `server` is the address that the user named: without one
 * nothing leaves this machine, whatever the manifest says, since what a graph takes was made from a photograph. Throws a
 * `ServerError` where the bundle needs a server and none was named.
 */
export function servedGraphs(manifest: BundleManifest, server: string | undefined): ReadonlyMap<string, ServedGraph> {
  const { name, served } = manifest;
  const keys = [...graphsOf(manifest).keys()];
  if (server === undefined) {
    if (served === undefined) return new Map();
    const own = shown(new URL(served.url));
    throw new ServerError(
      `Graphs of ${name} run on the server ${own}, and photographs would be sent there. Allow it with the setting uscdf.inference.server or the option --server ${own}.`,
    );
  }
  const url = readServerUrl(server);
  const stranger = Object.keys(served?.models ?? {}).find((key) => !keys.includes(key));
  if (stranger !== undefined) {
    throw new ServerError(
      `The manifest of ${name} has "${stranger}" served, which is none of its graphs. Get the bundle again.`,
    );
  }
  // A bundle that says which of its graphs are served has the others here.
  const models = served?.models ?? Object.fromEntries(keys.map((key) => [key, modelNameOf(name, key)]));
  return new Map(Object.entries(models).map(([key, model]) => [key, { server: url, model }]));
}

/**
 * The device for what a server leaves to this machine. Where that is nothing, drivers are to work as for a processor: what
 * a graphics card would keep in its memory between runs travels anyway.
 */
export function deviceBeside({ manifest, server }: Bundle, asked: 'auto' | ExecutionDevice): 'auto' | ExecutionDevice {
  return servedGraphs(manifest, server).size === graphsOf(manifest).size ? 'cpu' : asked;
}

/** A loaded model that says where it runs, where that is not here alone. */
export function onServer(model: Model, { manifest, server }: Bundle): Model {
  const served = servedGraphs(manifest, server);
  if (server === undefined || served.size === 0) return model;
  const place = `the server ${shown(readServerUrl(server))}`;
  if (served.size === graphsOf(manifest).size) {
    const reason = `It runs on ${place}, as asked; what is made of a photograph is sent there.`;
    return { ...model, device: 'server', deviceReasons: [reason] };
  }
  const reason = `The graphs ${[...served.keys()].join(', ')} run on ${place}, and what is made of a photograph is sent there.`;
  return { ...model, deviceReasons: [...model.deviceReasons, reason] };
}
