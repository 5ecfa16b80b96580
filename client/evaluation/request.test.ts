import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRequest } from './request.ts';

const request = { references: ['/a.uscdf'], predictions: ['/b', '/c'], protocol: 'strict' };

it('reads what to compare, by the paper’s protocol unless it says another', () => {
  expect(readRequest(request)).toEqual(request);
  expect(readRequest({ ...request, protocol: undefined })).toEqual({ ...request, protocol: 'paper' });
});

it('takes a similarity by name or path, and no option of the command', () => {
  expect(readRequest({ ...request, similarity: '/models/bert' })?.similarity).toBe('/models/bert');
  for (const similarity of ['', '--report', 7]) expect(readRequest({ ...request, similarity })).toBeUndefined();
});

it('lets nothing else through', () => {
  expect(readRequest({ ...request, references: [] })).toBeUndefined();
  expect(readRequest({ ...request, references: '/a.uscdf' })).toBeUndefined();
  expect(readRequest({ ...request, predictions: ['--report', '/etc/passwd'] })).toBeUndefined();
  expect(readRequest({ ...request, protocol: 'kind' })).toBeUndefined();
  fc.assert(fc.property(fc.anything(), (value) => readRequest(value) === undefined));
});
