export type FileKind = 'uscdf' | 'json' | 'jsonl';

/** The file kind by its name's ending; `undefined` for another file. */
export function fileKind(name: string): FileKind | undefined {
  const lower = name.toLowerCase();
  if (lower.endsWith('.uscdf.jsonl')) return 'jsonl';
  if (lower.endsWith('.uscdf.json')) return 'json';
  return lower.endsWith('.uscdf') ? 'uscdf' : undefined;
}
