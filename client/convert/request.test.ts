import fc from 'fast-check';
import { expect, it } from 'vitest';
import { convertArguments, readRequest } from './request.ts';

const request = { from: 'coco-instances', to: 'uscdf', inputs: ['/a.json', '/b'], output: '/c.uscdf.jsonl' };
const full = { ...request, images: ['/i', '/j'], set: ['text=list', 'crowd=true'], seed: 7 };

it('reads what to convert', () => {
  expect(readRequest(request)).toEqual(request);
  expect(readRequest(full)).toEqual(full);
});

it('lets nothing else through', () => {
  for (const wrong of [
    { from: 'coco' },
    { to: 'refcoco' },
    { inputs: [] },
    { inputs: '/a.json' },
    { inputs: ['a.json'] },
    { inputs: ['--report'] },
    { output: 'c.uscdf.jsonl' },
    { images: ['here'] },
    { set: ['--report=/etc/passwd'] },
    { set: [''] },
    { seed: -1 },
    { seed: 0.5 },
  ])
    expect(readRequest({ ...request, ...wrong }), JSON.stringify(wrong)).toBeUndefined();
  fc.assert(fc.property(fc.anything(), (value) => readRequest(value) === undefined));
});

it('has every list end where the next option begins', () => {
  expect(convertArguments(full, '/r.json')).toEqual([
    ...['convert', '/a.json', '/b', '--from', 'coco-instances', '--to', 'uscdf'],
    ...['--output', '/c.uscdf.jsonl', '--report', '/r.json', '--images', '/i', '/j'],
    ...['--set', 'text=list', 'crowd=true', '--seed', '7'],
  ]);
  expect(convertArguments(request, '/r.json').slice(-2)).toEqual(['--report', '/r.json']);
});
