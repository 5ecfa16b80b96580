/** Collects the names in closed files, for the search over the workspace. */
import { readFile } from 'node:fs/promises';
import { symbolsOf, type WorkspaceSymbol } from '../../core/language/workspaceSymbols.ts';
import { fileKind, UscdfDocument } from '../../core/records/document.ts';
import type { FoundFile } from './findFiles.ts';
import type { JobEvent } from './messages.ts';

/** Larger closed files are left out of the search, in bytes. */
export const MAX_INDEXED_BYTES = 8e6;
/** So many names of closed files are kept. */
export const MAX_INDEXED_SYMBOLS = 100_000;

/** Sends the names of each file. One that cannot be read has none. */
export async function indexFiles(files: readonly FoundFile[], send: (event: JobEvent) => void): Promise<void> {
  let left = MAX_INDEXED_SYMBOLS;
  for (const { path, size } of files) {
    if (size > MAX_INDEXED_BYTES || left === 0) {
      send({ kind: 'symbols', path, symbols: [] });
      continue;
    }
    const symbols = await namesIn(path, left);
    left -= symbols.length;
    send({ kind: 'symbols', path, symbols });
  }
}

async function namesIn(path: string, limit: number): Promise<readonly WorkspaceSymbol[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const symbols: WorkspaceSymbol[] = [];
  for (const cell of new UscdfDocument(fileKind(path)!, text.replace('\ufeff', '')).cells) {
    for (const symbol of symbolsOf(cell)) {
      if (symbols.length >= limit) return symbols;
      symbols.push(symbol);
    }
    cell.forget();
  }
  return symbols;
}
