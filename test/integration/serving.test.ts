/**
 * Drafts by graphs that run on real servers of the Open Inference Protocol: NVIDIA Triton, which takes bytes, and MLServer, which
 * takes JSON. `USCDF_SERVING_PYTHON` is a Python that has them, from
 * `pip install 'nvidia-pytriton==0.7.0' 'mlserver==1.7.1' 'numpy<2' 'pandas<3' onnxruntime`: Triton's stub was built for numpy 1.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Draft, InferenceWorker } from '../../models/runtime/host.ts';
import { writeTritonRepository } from '../../models/runtime/manager/triton.ts';
import { BUNDLE, buildWorker, PHOTOS, REPOSITORY, workFolder } from '../../models/runtime/testing/builtWorker.ts';

const PYTHON = process.env['USCDF_SERVING_PYTHON'];
const EXPORT = join(REPOSITORY, 'models/export');
/** A detector, and a language model with its cache and its loop of tokens. */
const BUNDLES = { coco80: BUNDLE, mglmm: join(REPOSITORY, 'test/fixtures/bundles/mglmm') };
const NAMES = Object.keys(BUNDLES) as (keyof typeof BUNDLES)[];
const IMAGE = join(PHOTOS, '000000214753.jpg');
const MINUTES = 60_000;

const built = workFolder('serving');
let root: string;
let worker: InferenceWorker;
const local = new Map<keyof typeof BUNDLES, Draft>();
let running: ChildProcess | undefined;

if (PYTHON === undefined) {
  console.warn(
    'SKIPPED: no drafts by real inference servers, since USCDF_SERVING_PYTHON names no Python that has them.',
  );
}

beforeAll(async () => {
  if (PYTHON === undefined) return;
  root = mkdtempSync(join(tmpdir(), 'uscdf-serving-'));
  worker = new InferenceWorker({ workerPath: await buildWorker(built) });
  for (const name of NAMES) local.set(name, await draft(name));
}, MINUTES);

afterAll(() => {
  worker?.dispose();
  running?.kill('SIGKILL');
  if (root !== undefined) rmSync(root, { recursive: true, force: true });
  rmSync(built, { recursive: true, force: true });
});

describe.skipIf(PYTHON === undefined)('a draft by graphs on a server', () => {
  it(
    'of Triton, from the model repository that `uscdf models triton` writes, is the local one',
    async () => {
      const repository = join(root, 'triton');
      for (const name of NAMES) await writeTritonRepository(BUNDLES[name], repository);
      const { url, log } = await startTriton(repository);
      for (const name of NAMES) await expectSameDraft(name, url, log);
      await expectPartlyServed(url);
      await stopServer();
    },
    3 * MINUTES,
  );

  it(
    'of MLServer, which knows JSON only, is the local one',
    async () => {
      const repository = join(root, 'mlserver');
      for (const name of NAMES) await writeTritonRepository(BUNDLES[name], repository);
      const { url, log } = await startMLServer(repository);
      for (const name of NAMES) await expectSameDraft(name, url, log);
      await stopServer();
    },
    5 * MINUTES,
  );

  it(
    'says that the server has not got the model',
    async () => {
      const repository = join(root, 'less');
      for (const name of NAMES) await writeTritonRepository(BUNDLES[name], repository);
      rmSync(join(repository, 'coco80_maskHead'), { recursive: true });
      const { url } = await startTriton(repository);
      await expect(draft('coco80', url)).rejects.toThrow(/has no model "coco80_maskHead".*uscdf models triton/);
      await stopServer();
      await expect(draft('coco80', url)).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/);
    },
    3 * MINUTES,
  );
});

function draft(name: keyof typeof BUNDLES, server?: string): Promise<Draft> {
  const request = { bundle: BUNDLES[name], image: IMAGE, task: 'gcg', device: 'cpu' } as const;
  return worker.draft({ ...request, ...(server !== undefined && { server }) });
}

async function expectSameDraft(name: keyof typeof BUNDLES, url: string, log: () => string): Promise<void> {
  const expected = local.get(name)!;
  const served = await draft(name, url).catch((error: Error) => {
    throw new Error(`${error.message}\n${log()}`);
  });
  expect(served.device).toBe('server');
  expect(served.deviceReasons.join(' ')).toContain(url);
  expect(served.answer).toBe(expected.answer);
  // Two builds of the same library may differ in the last bit of a number, and so in a pixel of an edge.
  expect(served.masks.map(({ label }) => label)).toEqual(expected.masks.map(({ label }) => label));
  for (const [k, mask] of served.masks.entries()) {
    const other = expected.masks[k]!;
    expect(Math.abs(mask.area - other.area)).toBeLessThanOrEqual(Math.ceil(other.area / 1000));
    expect(mask.score).toBeCloseTo(other.score, 3);
  }
}

/** A bundle without its mask head, which the server runs: only where the user names the server. */
async function expectPartlyServed(url: string): Promise<void> {
  const bundle = join(root, 'partly');
  cpSync(BUNDLE, bundle, { recursive: true });
  rmSync(join(bundle, 'mask_head.onnx'));
  const manifest = JSON.parse(readFileSync(join(bundle, 'bundle.json'), 'utf8'));
  const served = { url, models: { maskHead: 'coco80_maskHead' } };
  writeFileSync(join(bundle, 'bundle.json'), JSON.stringify({ ...manifest, served }));
  const request = { bundle, image: IMAGE, task: 'gcg', device: 'cpu' } as const;
  await expect(worker.draft(request)).rejects.toThrow(/photographs would be sent there/);
  const drafted = await worker.draft({ ...request, server: url });
  expect(drafted).toMatchObject({ device: 'cpu', answer: local.get('coco80')!.answer });
  expect(drafted.deviceReasons.join(' ')).toContain(`The graphs maskHead run on the server ${url}`);
}

async function startTriton(repository: string) {
  const server = tritonFolder();
  for (const name of readdirSync(repository)) {
    // The server that PyPI has comes without the backend for ONNX; all else of the configuration stays.
    const config = join(repository, name, 'config.pbtxt');
    const text = readFileSync(config, 'utf8')
      .replace('"onnxruntime"', '"python"')
      .replace(/default_model_filename.*\n/, '');
    writeFileSync(config, text);
    copyFileSync(join(EXPORT, 'uscdf_export/serving/triton_onnx.py'), join(repository, name, '1/model.py'));
  }
  const port = await freePort();
  const options = ['--model-repository', repository, '--backend-directory', join(server, 'backends')];
  const places = [
    '--http-address',
    '127.0.0.1',
    '--http-port',
    String(port),
    '--allow-grpc',
    'false',
    '--allow-metrics',
    'false',
  ];
  return start(join(server, 'bin/tritonserver'), [...options, ...places], port);
}

/** The server from nvidia-pytriton, laid out as Triton looks for it. */
function tritonFolder(): string {
  const folder = join(root, 'tritonserver', 'pytriton', 'tritonserver');
  if (existsSync(folder)) return folder;
  const packages = packagesOf('pytriton');
  const version = python('import sys; print("%d.%d" % sys.version_info[:2])');
  // Its libraries are found by their place beside the package.
  cpSync(join(packages, 'nvidia_pytriton.libs'), join(root, 'tritonserver', 'nvidia_pytriton.libs'), {
    recursive: true,
  });
  cpSync(join(packages, 'pytriton', 'tritonserver'), folder, { recursive: true });
  const stub = join(folder, 'backends/python/triton_python_backend_stub');
  copyFileSync(join(folder, 'python_backend_stubs', version, 'triton_python_backend_stub'), stub);
  for (const program of [stub, join(folder, 'bin/tritonserver')]) chmodSync(program, 0o755);
  return folder;
}

async function startMLServer(repository: string) {
  for (const name of readdirSync(repository)) {
    const [file] = readdirSync(join(repository, name, '1')).filter((each) => each.endsWith('.onnx'));
    const implementation = 'uscdf_export.serving.mlserver_onnx.OnnxGraph';
    const settings = { name, implementation, parameters: { uri: `./1/${file}` } };
    writeFileSync(join(repository, name, 'model-settings.json'), JSON.stringify(settings));
  }
  const port = await freePort();
  const settings = {
    host: '127.0.0.1',
    http_port: port,
    grpc_port: await freePort(),
    parallel_workers: 0,
    metrics_port: await freePort(),
  };
  writeFileSync(join(repository, 'settings.json'), JSON.stringify(settings));
  return start(PYTHON!, ['-c', 'from mlserver.cli import main; main()', 'start', repository], port);
}

/** Starts a server and waits until its models are ready. */
async function start(program: string, args: readonly string[], port: number) {
  const paths = [EXPORT, packagesOf('onnxruntime')];
  const child = spawn(program, args, {
    env: { ...process.env, PYTHONPATH: paths.join(':'), OMP_NUM_THREADS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running?.kill('SIGKILL');
  running = child;
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-5000);
    });
  }
  const url = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${url}/v2/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`${program} ended:\n${said}`);
    await pause(200);
  }
  return { url, log: () => said };
}

async function stopServer(): Promise<void> {
  const child = running!;
  running = undefined;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // Asked to end, Triton waits for half a minute until our connections are idle no more.
  child.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  await new Promise((done) => server.close(done));
  return port;
}

/** The folder that a package is installed in. */
function packagesOf(name: string): string {
  return python(
    `import importlib.util as u, os; print(os.path.dirname(os.path.dirname(u.find_spec("${name}").origin)))`,
  );
}

function python(code: string): string {
  return execFileSync(PYTHON!, ['-c', code], { encoding: 'utf8' }).trim();
}
