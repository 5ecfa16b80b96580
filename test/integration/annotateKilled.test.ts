/** `uscdf annotate` over many photographs, killed again and again: what stands in the file in the end is whole. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../../core/images/decode.ts';
import { encodePng } from '../../core/images/encode.ts';
import { crop, resize } from '../../core/images/resize.ts';
import { builtBundles, REPOSITORY } from './builtBundles.ts';
import { COMMAND, lintJson } from './command.ts';

const PHOTOS = join(REPOSITORY, 'test/fixtures/photos');
const COUNT = 200;
const KILLS = 3;
/** The whole run, on a machine that has other things to do. */
const TIMEOUT_MS = 600_000;

let folder: string;
beforeAll(async () => {
  await builtBundles();
  folder = mkdtempSync(join(tmpdir(), 'uscdf-killed-'));
  mkdirSync(join(folder, 'photos'));
  makePhotographs(join(folder, 'photos'));
}, TIMEOUT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Small cuts of real photographs, each another one. */
function makePhotographs(into: string): void {
  const sources = readdirSync(PHOTOS)
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => {
      const decoded = decodeImage(readFileSync(join(PHOTOS, name)));
      if (!decoded.ok) throw new Error(decoded.message);
      return decoded.value;
    });
  for (let i = 0; i < COUNT; i++) {
    const source = sources[i % sources.length]!;
    const cut = crop(source, [i % 50, i % 30, source.width - 60, source.height - 40]);
    writeFileSync(join(into, `photo-${String(i).padStart(3, '0')}.png`), encodePng(resize(cut, 96, 64)));
  }
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; with `killAt`, until the file has grown by so many bytes, and then it gets no time to say goodbye. */
function annotate(output: string, killAt?: number): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, 'annotate', join(folder, 'photos'), '-o', output]);
  const ended: { stdout: string; stderr: string } = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      ended[name] += text;
    });
  }
  const start = sizeOf(output);
  const watch = setInterval(() => {
    if (killAt !== undefined && sizeOf(output) - start >= killAt) child.kill('SIGKILL');
  }, 1);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ code, ...ended });
    });
  });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

describe('uscdf annotate', () => {
  it(
    `over ${COUNT} photographs, killed ${KILLS} times at random, ends with a valid record for each and none twice`,
    async () => {
      const output = join(folder, 'out.uscdf.jsonl');
      // Anywhere in the work, and anywhere in a record's line.
      const kills = Array.from({ length: KILLS }, () => 1 + Math.floor(Math.random() * 25_000));
      for (const at of kills) {
        const { code } = await annotate(output, at);
        expect(code, `killed at ${kills} bytes`).toBeNull();
      }
      const last = await annotate(output);
      expect(last.code, last.stderr).toBe(0);
      expect(last.stdout).toMatch(/images drafted in .* already recorded/);

      const records = readFileSync(output, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { readonly id: string; readonly image: string });
      expect(records).toHaveLength(COUNT);
      expect(new Set(records.map(({ id }) => id)).size).toBe(COUNT);
      expect(new Set(records.map(({ image }) => image)).size).toBe(COUNT);
      const { findings } = lintJson([output]);
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect((await annotate(output)).stdout).toBe(`No image drafted; ${COUNT} already recorded.\n`);
    },
    TIMEOUT_MS,
  );
});
