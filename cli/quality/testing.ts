/** What the tests of these commands share. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Watch } from './work.ts';

/** A folder that is gone when the test ends. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-quality-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes records as lines; the file's path. */
export function writeLines(folder: string, name: string, records: readonly unknown[]): string {
  const path = join(folder, name);
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return path;
}

/** Remembers what a command complains about. */
export class TestWatch implements Watch {
  readonly signal = new AbortController().signal;
  readonly complaints: string[] = [];

  read(): void {
    // Nobody looks at a bar.
  }

  fail(message: string): void {
    this.complaints.push(message);
  }
}
