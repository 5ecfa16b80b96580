import fc from 'fast-check';
import { getNodePath, type Node, parseTree } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { isAlias, isMap, isScalar, isSeq, parseDocument, stringify } from 'yaml';
import type { Path } from '../../records/sourceRecord.ts';
import { placeAt } from './place.ts';

const anyKey = fc.constantFrom('id', 'a b', 'masks', 'x-y', 'ä');
const anyScalar = fc.constantFrom<unknown>(
  '',
  'dog',
  'a, b: [c] {d}',
  '🐶 "q"',
  'two\nlines',
  -1.5,
  true,
  null,
  'it’s',
);
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    anyScalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(anyKey, tie('value'), { maxKeys: 3 }),
  ),
}));
const anyRecord = fc.dictionary(anyKey, anyValue, { minKeys: 1, maxKeys: 4 });

interface Expected {
  readonly part: 'key' | 'value';
  readonly path: Path;
  readonly start: number;
  readonly end: number;
}

/** What jsonc-parser says stands in a text. */
function jsonPlaces(text: string): readonly Expected[] {
  const places: Expected[] = [];
  const todo: Node[] = [parseTree(text)!];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    const { type, offset, length, children = [] } = node;
    if (type === 'property') {
      const [key, value] = children;
      places.push({
        part: 'key',
        path: getNodePath(node),
        start: key!.offset,
        end: key!.offset + key!.length,
      });
      todo.push(value!);
    } else if (type === 'object' || type === 'array') todo.push(...children);
    else places.push({ part: 'value', path: getNodePath(node), start: offset, end: offset + length });
  }
  return places;
}

/** What yaml says stands in a header that begins at `base`. */
function yamlPlaces(text: string, base: number): readonly Expected[] {
  const places: Expected[] = [];
  const todo: { readonly node: unknown; readonly path: Path }[] = [{ node: parseDocument(text).contents, path: [] }];
  const add = (part: Expected['part'], path: Path, node: { readonly range?: readonly number[] | null }) => {
    const [start, end] = node.range!;
    // A scalar of several lines has no one line to write on.
    if (!text.slice(start, end).includes('\n')) places.push({ part, path, start: start! + base, end: end! + base });
  };
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { node, path } = next;
    if (isAlias(node)) continue;
    if (isScalar(node) && node.range && node.range[1] > node.range[0]) add('value', path, node);
    if (isSeq(node)) todo.push(...node.items.map((item, i) => ({ node: item, path: [...path, i] })));
    if (!isMap(node)) continue;
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      if (node.flow !== true || key.range) add('key', path, key);
      todo.push({ node: value, path: [...path, String(key.value)] });
    }
  }
  return places;
}

describe('the place of an offset', () => {
  it('in JSON is where a parser sees it', () => {
    let checked = 0;
    fc.assert(
      fc.property(anyRecord, fc.constantFrom(undefined, 2, '\t'), fc.boolean(), (record, indent, crlf) => {
        const written = JSON.stringify(record, null, indent);
        const text = crlf ? written.replaceAll('\n', '\r\n') : written;
        for (const { start, end, part, path } of jsonPlaces(text)) {
          for (const offset of [start, (start + end) >> 1]) {
            expect(placeAt('jsonl', text, offset)).toMatchObject({ part, path, written: { start, end } });
            checked++;
          }
        }
      }),
      { numRuns: 400, seed: 1 },
    );
    expect(checked).toBeGreaterThan(2_000);
  });

  it('in JSON does not depend on what follows it', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const text = JSON.stringify(record);
        for (const { start, end, part, path } of jsonPlaces(text)) {
          const place = placeAt('json', text.slice(0, end), (start + end) >> 1);
          expect(place).toMatchObject({ part, path, written: { start, end } });
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('in a header is where a parser sees it, in block and in flow form', () => {
    let checked = 0;
    fc.assert(
      fc.property(
        anyRecord,
        fc.constantFrom('any', 'flow' as const, 'block' as const),
        fc.boolean(),
        (record, collectionStyle, indentSeq) => {
          const options = { lineWidth: 0, indentSeq, ...(collectionStyle !== 'any' && { collectionStyle }) };
          const text = stringify(record, { ...options, blockQuote: false, flowCollectionPadding: indentSeq });
          const source = `---\n${text}---\nUser: Hi.\n`;
          if (!text.trimStart().startsWith('{')) {
            for (const { start, end, part, path } of yamlPlaces(text, 4)) {
              expect(placeAt('uscdf', source, (start + end) >> 1)).toMatchObject({ part, path });
              checked++;
            }
          }
        },
      ),
      { numRuns: 400, seed: 1 },
    );
    expect(checked).toBeGreaterThan(500);
  });

  it.each([
    '{',
    '[[[',
    '{"a"',
    '{"a":',
    '"',
    '{"a": "b',
    ']]',
    '{,,}',
    '{"a": [1,',
    'a: [b\n---',
    '- - - a',
    'a:\n  - b:\n',
  ])('is found at every offset of %j, whatever it is', (text) => {
    for (const kind of ['json', 'jsonl', 'uscdf'] as const) {
      const source = kind === 'uscdf' ? `---\n${text}\n---\n` : text;
      for (let offset = 0; offset <= source.length; offset++) {
        const place = placeAt(kind, source, offset);
        if (place === undefined) continue;
        expect(place.written.start).toBeGreaterThanOrEqual(0);
        expect(place.written.end).toBeLessThanOrEqual(source.length);
        expect(place.written.start).toBeLessThanOrEqual(place.written.end);
      }
    }
  });
});
