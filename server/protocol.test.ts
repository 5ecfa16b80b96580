import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as protocol from './protocol.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
const page = read('../docs/protocol.md');
const methods = [...read('protocol.ts').matchAll(/ method = '([^']+)'/g)].map((match) => match[1]!);

it('is described by docs/protocol.md as it is now', () => {
  const hash = createHash('sha256').update(read('protocol.ts')).digest('hex');
  const described = /<!-- server\/protocol\.ts sha256: ([0-9a-f]{64}) -->/.exec(page)?.[1];
  expect(
    described,
    `server/protocol.ts has changed: update docs/protocol.md, then write the hash ${hash} into it.`,
  ).toBe(hash);
});

it('has a section of the page for each request', () => {
  expect(methods).toHaveLength(Object.keys(protocol).length);
  const sections = [...page.matchAll(/^### `([^`]+)`$/gm)].map((match) => match[1]!);
  expect(sections.sort()).toEqual([...methods].sort());
});
