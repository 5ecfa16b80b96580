/** Keys that stand twice in one JSON object, of which readers silently take the last. */
import type { Node } from 'jsonc-parser';
import type { Path } from './sourceRecord.ts';

/** How many keys a value has, those of everything in it included. */
export function countKeys(value: unknown): number {
  let count = 0;
  const todo: unknown[] = [value];
  while (todo.length > 0) {
    const next = todo.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (Array.isArray(next)) {
      // The runs of a mask hold no keys, and are by far the longest lists.
      if (typeof next[0] !== 'number') for (const item of next) todo.push(item);
      continue;
    }
    for (const key in next) {
      count++;
      const item = (next as Record<string, unknown>)[key];
      if (typeof item === 'object' && item !== null) todo.push(item);
    }
  }
  return count;
}

/**
 * How often a colon follows a quote. As many as there are keys: no key stands twice. Another number proves nothing, for a text
 * may begin with a colon.
 */
export function countKeyMarks(source: string): number {
  let count = 0;
  for (let at = source.indexOf('"'); at >= 0; at = source.indexOf('"', at + 1)) {
    let next = at + 1;
    while (source.charCodeAt(next) <= 32) next++;
    if (source.charCodeAt(next) === 58) count++;
  }
  return count;
}

/** The path of each key that its object has twice, outer objects first. */
export function findRepeatedKeys(root: Node): readonly Path[] {
  const repeated: Path[] = [];
  const todo: { readonly node: Node; readonly path: Path }[] = [{ node: root, path: [] }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { node, path } = next;
    const inner: { readonly node: Node; readonly path: Path }[] = [];
    if (node.type === 'array')
      for (const [i, item] of (node.children ?? []).entries()) inner.push({ node: item, path: [...path, i] });
    else if (node.type === 'object') {
      const { last, twice } = readKeys(node);
      for (const key of twice) repeated.push([...path, key]);
      // Values that are overwritten are no part of the record.
      for (const [key, value] of last) inner.push({ node: value, path: [...path, key] });
    }
    for (const each of inner.reverse()) if (each.node.type === 'array' || each.node.type === 'object') todo.push(each);
  }
  return repeated;
}

function readKeys(object: Node): { readonly last: ReadonlyMap<string, Node>; readonly twice: ReadonlySet<string> } {
  const last = new Map<string, Node>();
  const twice = new Set<string>();
  for (const property of object.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) continue;
    if (last.has(key.value)) twice.add(key.value);
    last.set(key.value, value);
  }
  return { last, twice };
}
