import { describe, expect, it } from 'vitest';
import { ServerError } from '../errors.ts';
import { COCO80 } from '../testing/scene.ts';
import { shownText } from './exchange.ts';
import { deviceBeside, onServer, readServerUrl, servedGraphs } from './serving.ts';

const served = { ...COCO80, served: { url: 'http://gpu.example:8000', models: { detector: 'boxes' } } };

describe('the graphs that a server runs', () => {
  it('are none where the user named no server', () => {
    expect(servedGraphs(COCO80, undefined).size).toBe(0);
  });

  it('are all of a bundle that says nothing of it, by the names that `uscdf models triton` gives', () => {
    const graphs = servedGraphs(COCO80, 'http://localhost:8000');
    expect([...graphs].map(([key, { model }]) => [key, model])).toEqual([
      ['detector', 'coco80_detector'],
      ['maskHead', 'coco80_maskHead'],
    ]);
  });

  it('are those that the bundle names, on the server that the user named', () => {
    const graphs = servedGraphs(served, 'http://other.example');
    expect([...graphs]).toEqual([['detector', { server: new URL('http://other.example'), model: 'boxes' }]]);
  });

  it('are not asked for unless the user allows it, whatever the bundle says', () => {
    expect(() => servedGraphs(served, undefined)).toThrow(/would be sent there.*--server http:\/\/gpu.example:8000/);
  });

  it('leave nothing to a graphics card where they are all', () => {
    const bundle = { folder: '/', graphs: {}, tokenizer: undefined, server: 'http://localhost' };
    expect(deviceBeside({ ...bundle, manifest: COCO80 }, 'webgpu')).toBe('cpu');
    expect(deviceBeside({ ...bundle, manifest: served }, 'webgpu')).toBe('webgpu');
    expect(deviceBeside({ ...bundle, manifest: COCO80, server: undefined }, 'auto')).toBe('auto');
  });

  it('are named with their server by the model that uses them', () => {
    const bundle = { folder: '/', graphs: {}, tokenizer: undefined, server: 'http://me:word@localhost:8000/' };
    const model = {
      name: 'x',
      version: '1.0.0',
      device: 'cpu' as const,
      deviceReasons: ['It is slow.'],
      release: async () => undefined,
    };
    const whole = onServer(model, { ...bundle, manifest: COCO80 });
    expect(whole.device).toBe('server');
    expect(whole.deviceReasons).toEqual([expect.stringContaining('http://localhost:8000, as asked')]);
    const part = onServer(model, { ...bundle, manifest: served });
    expect(part.device).toBe('cpu');
    expect(part.deviceReasons).toEqual(['It is slow.', expect.stringMatching(/graphs detector run on the server/)]);
    expect(onServer(model, { ...bundle, manifest: COCO80, server: undefined })).toBe(model);
  });

  it('must be graphs of the bundle', () => {
    const wrong = { ...served, served: { ...served.served, models: { detektor: 'x' } } };
    expect(() => servedGraphs(wrong, 'http://localhost')).toThrow(ServerError);
  });
});

it('an address of a server needs its protocol', () => {
  expect(readServerUrl('https://gpu.example:8443/triton').port).toBe('8443');
  for (const text of ['gpu:8000', 'file:///etc/passwd', '', 'localhost']) {
    expect(() => readServerUrl(text)).toThrow(ServerError);
  }
});

it.each([
  ['https://me:word@gpu.example:8443/triton/', 'https://gpu.example:8443/triton'],
  ['http://localhost:8000', 'http://localhost:8000'],
  ['grpc://me:word@gpu:8001', 'grpc://gpu:8001'],
  ['me:word@gpu:8000', 'gpu:8000'],
  ['gpu:8000', 'gpu:8000'],
])('what is shown of %s has no name and no password', (address, expected) => {
  expect(shownText(address)).toBe(expected);
  if (!/^https?:/.test(address)) {
    expect(() => readServerUrl(address)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('word') }),
    );
  }
});
