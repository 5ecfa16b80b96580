import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type GrammarName, tokenise } from './testing/tokenise.ts';

interface Snippet {
  readonly prefix: string | readonly string[];
  readonly description: string;
  readonly body: readonly string[];
}

const tasks = ['semantic', 'referring', 'reasoning', 'panoptic', 'gcg', 'mgsc', 'region'];

const read = (name: string): [string, Snippet][] =>
  Object.entries(JSON.parse(readFileSync(new URL(`snippets/${name}`, import.meta.url), 'utf8')));

/** What the snippet inserts when every placeholder is left as it is. */
const inserted = (snippet: Snippet): string =>
  snippet.body
    .join('\n')
    .replace(/\$\{[A-Z_]+:(\$\{\d+:[^}]*\})\}/g, '$1')
    .replace(/\$\{\d+:([^}]*)\}/g, '$1')
    .replace(/\$\d/g, '')
    .replace(/\\([$}\\])/g, '$1');

interface Turn {
  readonly from: string;
  readonly value: string;
}

/** The record's keys and turns, whichever of the three files the snippet is for. */
function recordOf(grammar: GrammarName, text: string): { record: Record<string, unknown>; turns: Turn[] } {
  if (grammar !== 'text.uscdf') {
    const record = JSON.parse(text);
    return { record, turns: record.conversations };
  }
  const [, header = '', body = ''] = text.split(/^---$/m);
  const [user = '', answer = ''] = body
    .trim()
    .replace(/^User: /, '')
    .split('\nAssistant: ');
  return {
    record: parse(header),
    turns: [
      { from: 'human', value: user },
      { from: 'gpt', value: answer },
    ],
  };
}

describe.each<[string, GrammarName]>([
  ['uscdf.json', 'text.uscdf'],
  ['uscdf-json.json', 'source.json.uscdf'],
  ['uscdf-jsonl.json', 'source.jsonl.uscdf'],
])('%s', (file, grammar) => {
  const snippets = read(file);
  const records = snippets.filter(([name]) => name.startsWith('Record: '));

  test('there is a record for each task, and the three files offer the same', () => {
    const covered = new Set(records.map(([, snippet]) => recordOf(grammar, inserted(snippet)).record.task));
    expect([...covered].sort()).toEqual([...tasks].sort());
    expect(snippets.map(([name]) => name)).toEqual(read('uscdf.json').map(([name]) => name));
  });

  test.each(records)('%s parses, grounds as it should and holds no invalid token', async (_name, snippet) => {
    const text = inserted(snippet);
    const { record, turns } = recordOf(grammar, text);
    expect(record).toMatchObject({ id: 'record-id', image: 'images/picture.jpg', masks: [] });
    expect(turns.map((turn) => turn.from)).toEqual(['human', 'gpt']);
    expect(turns[0]?.value).toMatch(/^<IMAGE>\n\S/);
    expect(turns[1]?.value).toMatch(/<p> [^<]+ <\/p> \[SEG\]|^Sorry, I don't see any .+ in this image\.$/);
    const scopes = (await tokenise(grammar, text)).flatMap((token) => token.scopes);
    expect(scopes.filter((scope) => scope.startsWith('invalid.'))).toEqual([]);
    if (grammar === 'source.jsonl.uscdf') expect(text).not.toContain('\n');
  });

  test('prefixes are unique', () => {
    const prefixes = snippets.flatMap(([, snippet]) => snippet.prefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });
});
