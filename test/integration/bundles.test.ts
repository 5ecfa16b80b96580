/** Each bundle as it ships: it loads, and answers the first thing that it is asked. */
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FromWorker, readFromWorker, type ToWorker } from '../../models/runtime/protocol.ts';
import { BUNDLES, builtBundles, DIST, REPOSITORY } from './builtBundles.ts';
import { ServerClient } from './serverClient.ts';

const node = (...args: string[]): string => execFileSync(process.execPath, args, { encoding: 'utf8' });
const bundle = (name: (typeof BUNDLES)[number]): string => join(DIST, name);

beforeAll(builtBundles);

/** Only these are left to be found at run time: the editor gives one, the package installs the other. */
const OUTSIDE = ['vscode', 'onnxruntime-node'];

describe('every bundle', () => {
  it.each(BUNDLES.filter((name) => name.endsWith('.cjs')))('%s requires nothing that is not there', (name) => {
    const required = [...readFileSync(bundle(name), 'utf8').matchAll(/\brequire\d*\(["']([^"']+)["']\)/g)];
    expect(required.length).toBeGreaterThan(0);
    const isThere = (module: string) => module.startsWith('./parts/') && existsSync(join(DIST, module));
    const missing = required.map(([, module]) => module!).filter((module) => !isBuiltin(module) && !isThere(module));
    expect(missing.filter((module) => !OUTSIDE.includes(module))).toEqual([]);
  });
});

/** Stands for VS Code: every name is a class, an enumeration and a namespace at once. */
const LOAD_EXTENSION = `
  const Module = require('node:module');
  const anything = () => new Proxy(class {}, {
    get: (target, name) => (name in target ? target[name] : typeof name === 'symbol' ? undefined : anything()),
  });
  const load = Module._load;
  Module._load = function (request, ...rest) {
    return request === 'vscode' ? anything() : load.call(this, request, ...rest);
  };
  const extension = require(process.argv[1]);
  console.log(JSON.stringify(Object.entries(extension).map(([name, value]) => [name, typeof value])));
`;

describe('the extension', () => {
  it('loads in the extension host and can be activated', () => {
    const exported = JSON.parse(node('-e', LOAD_EXTENSION, bundle('extension.cjs')));
    expect(exported).toContainEqual(['activate', 'function']);
  });
});

describe('the server', () => {
  it('answers the handshake and ends when it is told to', async () => {
    const [client, { serverInfo, capabilities }] = await ServerClient.start();
    expect(serverInfo?.name).toBe('uscdf');
    expect(capabilities.diagnosticProvider).toBeDefined();
    await client.stop();
  });
});

describe('the worker', () => {
  const start = () => fork(bundle('worker.cjs'), { serialization: 'advanced', silent: true });
  type Worker = ReturnType<typeof start>;

  async function message(worker: Worker, wanted: (message: FromWorker) => boolean): Promise<FromWorker> {
    for (;;) {
      const [received] = await once(worker, 'message');
      const read = readFromWorker(received);
      if (read === undefined) throw new Error(`No message of the protocol: ${JSON.stringify(received)}`);
      if (wanted(read)) return read;
    }
  }

  it('answers, drafts with the bundle that ships, and ends with its parent', async () => {
    const worker = start();
    const log = message(worker, ({ kind }) => kind === 'log');
    worker.send({ kind: 'nonsense' });
    expect(await log).toEqual({ kind: 'log', text: 'A message of unknown form was ignored.' });

    const order: ToWorker = {
      kind: 'draft',
      id: 7,
      request: {
        bundle: join(REPOSITORY, 'models/bundles/coco80'),
        image: join(REPOSITORY, 'test/fixtures/photos/000000214753.jpg'),
        task: 'gcg',
      },
    };
    const drafted = message(worker, ({ kind }) => kind === 'draft' || kind === 'failure');
    worker.send(order);
    expect(await drafted).toMatchObject({ kind: 'draft', id: 7, draft: { width: 640, height: 424, device: 'cpu' } });

    const ended = once(worker, 'exit');
    worker.disconnect();
    expect(await ended).toEqual([0, null]);
  });
});

describe('the command', () => {
  const uscdf = (...args: string[]): string => node(bundle('uscdf.cjs'), ...args);

  it('knows its version', () => {
    const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
    expect(uscdf('--version').trim()).toBe(version);
  });

  it('explains itself and each of its commands', () => {
    const help = uscdf('--help');
    const commands = [...help.slice(help.indexOf('Commands:')).matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name!);
    expect(commands).toEqual(expect.arrayContaining(['lint', 'format', 'preview', 'annotate']));
    for (const command of commands.filter((name) => name !== 'help'))
      expect(uscdf(command, '--help')).toContain(`Usage: uscdf ${command}`);
  });
});

describe('a page', () => {
  // The preview and the browser bring widgets that need a whole browser: the tests in media/ run them in one.
  it('runs up to the editor’s door, and not through it where there is none', () => {
    const script = readFileSync(bundle('media/report.js'), 'utf8');
    const reached = new Error('the door');
    const page = (more: object) => createContext({ document: { body: {} }, TextEncoder, TextDecoder, ...more });
    const acquireVsCodeApi = () => {
      throw reached;
    };
    expect(() => runInContext(script, page({ acquireVsCodeApi }))).toThrow(reached);
    expect(() => runInContext(script, page({}))).not.toThrow();
  });
});
