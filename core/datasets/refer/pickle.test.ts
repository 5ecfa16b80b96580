import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainValue, readPickle } from './pickle.ts';

const FOLDER = 'test/fixtures/datasets/refer';
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const cases = JSON.parse(readFileSync(`${FOLDER}/pickles.json`, 'utf8')) as {
  name: string;
  protocol: number;
  pickle: string;
  json: unknown;
}[];

describe('readPickle', () => {
  it.each(cases.map((one) => [one.name, one.protocol, one] as const))(
    'reads %s of protocol %i as Python wrote it',
    (_, __, one) => {
      const read = readPickle(bytesOf(one.pickle));
      expect(read.ok && plainValue(read.value)).toEqual(one.json);
    },
  );

  it('reads byte strings of Python 2', () => {
    const read = readPickle(
      new TextEncoder().encode("(dp0\nS'sent'\np1\nS'the man\\'s hat \\xc3\\xbc'\np2\nsI5\nL7L\ns."),
    );
    expect(read.ok && plainValue(read.value)).toEqual({ sent: "the man's hat ü", 5: 7 });
  });

  it('reads the official sample', () => {
    const read = readPickle(new Uint8Array(readFileSync(`${FOLDER}/grefs(unc).p`)));
    expect(read.ok && plainValue(read.value)).toEqual(JSON.parse(readFileSync(`${FOLDER}/grefs(unc).json`, 'utf8')));
  });

  it('refuses everything that would run', () => {
    const hostile = JSON.parse(readFileSync(`${FOLDER}/hostile-pickles.json`, 'utf8')) as string[];
    for (const one of hostile)
      expect(readPickle(bytesOf(one))).toMatchObject({ ok: false, message: expect.stringMatching(/GLOBAL/) });
  });

  it('never throws, whatever the bytes', () => {
    const damaged = fc.tuple(fc.constantFrom(...cases), fc.nat(), fc.nat(255)).map(([one, at, byte]) => {
      const bytes = bytesOf(one.pickle);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 60 })), (bytes) => {
        const read = readPickle(bytes);
        if (read.ok) plainValue(read.value);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([0, 1, 20])('says that a pickle is cut off at %i', (length) => {
    expect(readPickle(bytesOf(cases[2]!.pickle).slice(0, length))).toMatchObject({
      ok: false,
      message: expect.stringMatching(/ends here|missing/),
    });
  });
});
