import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type GrammarName, type Token, tokenise } from './testing/tokenise.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../test/fixtures/syntaxes/${name}`, import.meta.url), 'utf8');

/** The scopes of the first token, at or after `line`, whose trimmed text is `text`. */
function scopesOf(tokens: readonly Token[], text: string, line = 0): readonly string[] {
  const token = tokens.find((candidate) => candidate.line >= line && candidate.text.trim() === text);
  if (token === undefined) throw new Error(`No token "${text}" from line ${line} on.`);
  return token.scopes;
}

const lineOf = (text: string, part: string): number => {
  const line = text.split('\n').findIndex((candidate) => candidate.includes(part));
  if (line < 0) throw new Error(`No line holds "${part}".`);
  return line;
};

const invalidTexts = (tokens: readonly Token[]): string[] =>
  tokens.filter((token) => token.scopes.some((scope) => scope.startsWith('invalid.'))).map((token) => token.text);

describe('text.uscdf', async () => {
  const text = fixture('cat.uscdf');
  const tokens = await tokenise('text.uscdf', text);

  test('the header is YAML between its two lines', () => {
    expect(scopesOf(tokens, '---')).toContain('punctuation.definition.header.begin.uscdf');
    expect(scopesOf(tokens, 'task')).toEqual(['meta.header.uscdf', 'meta.embedded.block.yaml', 'entity.name.tag.yaml']);
    expect(scopesOf(tokens, '---', 1)).toContain('punctuation.definition.header.end.uscdf');
  });

  test('a quote left open in a header ends with the header', () => {
    const close = lineOf(text, 'task: reasoning') + 1;
    expect(scopesOf(tokens, '---', close)).toEqual(['meta.header.uscdf', 'punctuation.definition.header.end.uscdf']);
    expect(scopesOf(tokens, 'User', close)).toEqual(['meta.turn.user.uscdf', 'markup.heading.turn.user.uscdf']);
  });

  test('turns, the placeholder, phrases and [SEG]', () => {
    expect(scopesOf(tokens, 'Assistant')).toContain('markup.heading.turn.assistant.uscdf');
    expect(scopesOf(tokens, '<IMAGE>')).toEqual(['meta.turn.user.uscdf', 'constant.language.image.uscdf']);
    expect(scopesOf(tokens, 'p')).toContain('entity.name.tag.phrase.uscdf');
    expect(scopesOf(tokens, 'the white cat')).toContain('entity.name.type.phrase.uscdf');
    expect(scopesOf(tokens, 'SEG')).toContain('keyword.control.seg.uscdf');
  });

  test('a phrase may run over a line end', () => {
    for (const part of ['the green', 'parakeet']) {
      expect(scopesOf(tokens, part, lineOf(text, 'the green'))).toContain('entity.name.type.phrase.uscdf');
    }
  });

  test('negative clauses: the frame, the referents, and what must not stand there', () => {
    expect(scopesOf(tokens, "But I don't see any")).toContain('markup.quote.negative.uscdf');
    expect(scopesOf(tokens, 'the dog')).toContain('markup.deleted.referent.negative.uscdf');
    expect(scopesOf(tokens, 'in this image.')).toContain('markup.quote.negative.uscdf');
    const sorry = lineOf(text, 'Sorry');
    expect(scopesOf(tokens, '[SEG]', sorry)).toContain('invalid.illegal.grounded-negative.uscdf');
    expect(scopesOf(tokens, ', and', sorry)).toContain('punctuation.separator.referent.uscdf');
    expect(scopesOf(tokens, 'Nor anything else.', sorry)).toEqual(['meta.turn.assistant.uscdf']);
  });

  test('object tags', () => {
    expect(scopesOf(tokens, 'object')).toContain('entity.name.tag.object.uscdf');
    expect(scopesOf(tokens, '2')).toContain('constant.numeric.object.uscdf');
  });

  test('exactly the wrong tokens are invalid, and the first record has none', () => {
    expect(invalidTexts(tokens)).toEqual([
      ...['<p>', '</p>', '[SEG]'],
      ...['<p>', '<p> </p>', '</p>', '(SEG)'],
      ...['<p>', '</p>', '[SEG]'],
    ]);
  });
});

describe('a turn', () => {
  const invalid: readonly (readonly [string, string])[] = [
    ['<P> dog </p> [SEG]', '<P>'],
    ['< p > dog', '< p >'],
    ['<p> dog <\\p> [SEG]', '<\\p>'],
    ['<p> dog </ p> [SEG]', '</ p>'],
    ['<p> dog </p> [seg]', '[seg]'],
    ['<p> dog </p> [ SEG ]', '[ SEG ]'],
    ['<p> dog </p> [SEG', '[SEG'],
    ['<p> dog </p> [SEG0]', '[SEG0]'],
    ['<p> dog </p> <seg>', '<seg>'],
    ['<p> dog </p> {seg}', '{seg}'],
    ['a [REJ]', '[REJ]'],
    ['a <region>', '<region>'],
    ['a <IMAGE>', '<IMAGE>'],
    ['a </s>', '</s>'],
    ['a USER: b', 'USER:'],
    ['<object> a', '<object>'],
  ];
  test.each(invalid)('%s: %s is invalid', async (turn, token) => {
    expect(invalidTexts(await tokenise('text.uscdf.inline', turn))).toContain(token);
  });

  test.each([
    'Sure, it is <p> dog </p> [SEG].',
    '<p>dog</p>[SEG] and <p> person-1 </p> [SEG]',
    '<p> the "STOP" sign [old] < 3 </p> [SEG]',
    'a segment (segmented) of [1], P and p, 3 < 4 > 2',
    'a paper <object12> cup </object12> [SEG]',
    "But I don't see any zebra and dog in this image.",
  ])('%s has nothing invalid', async (turn) => {
    expect(invalidTexts(await tokenise('text.uscdf.inline', turn))).toEqual([]);
  });
});

describe.each<[GrammarName, string]>([
  ['source.json.uscdf', 'cat.uscdf.json'],
  ['source.jsonl.uscdf', 'cat.uscdf.jsonl'],
])('%s', async (grammar, file) => {
  const text = fixture(file);
  const tokens = await tokenise(grammar, text);
  const quoted = lineOf(text, 'cat-quoted');

  test('JSON keeps the scopes that themes know', () => {
    expect(scopesOf(tokens, 'conversations')).toContain('support.type.property-name.json');
    expect(scopesOf(tokens, '480')).toContain('constant.numeric.json');
    expect(scopesOf(tokens, 'referring')).toContain('string.quoted.double.json');
  });

  test('a value holds a turn, by its role', () => {
    expect(scopesOf(tokens, '<IMAGE>')).toEqual(
      expect.arrayContaining(['meta.turn.user.uscdf', 'meta.embedded.turn.uscdf', 'constant.language.image.uscdf']),
    );
    expect(scopesOf(tokens, 'the parakeet')).toEqual(
      expect.arrayContaining(['meta.turn.assistant.uscdf', 'entity.name.type.phrase.uscdf']),
    );
    expect(scopesOf(tokens, 'the dog')).toContain('markup.deleted.referent.negative.uscdf');
  });

  test('escapes stay escapes, inside a phrase too', () => {
    expect(scopesOf(tokens, '\\n')).toContain('constant.character.escape.json');
    expect(scopesOf(tokens, '\\\\', quoted)).toContain('constant.character.escape.json');
    const inPhrase = tokens.filter((t) => t.text === '\\"' && t.scopes.includes('entity.name.type.phrase.uscdf'));
    expect(inPhrase.map((token) => token.scopes.at(-1))).toEqual(Array(2).fill('constant.character.escape.json'));
  });

  test('exactly the wrong tokens of the second record are invalid', () => {
    const wrong = invalidTexts(tokens.filter((token) => token.line >= quoted));
    expect(wrong).toEqual(['<p>', '</p>', '[SEG]', '<P>', '</P>', '[seg]']);
  });

  test('a text before its role is read as an answer', async () => {
    const turn = await tokenise(grammar, '{"value": "<p> cat </p> [SEG]", "from": "gpt"}');
    expect(scopesOf(turn, 'cat')).toContain('entity.name.type.phrase.uscdf');
  });
});

test('a broken line of a JSONL file ends with its line', async () => {
  const tokens = await tokenise('source.jsonl.uscdf', fixture('cat.uscdf.jsonl'));
  expect(invalidTexts(tokens.filter((token) => token.line === 1))).toContain('"');
  const next = tokens.filter((token) => token.line === 2);
  expect(next[0]?.scopes).toEqual([
    'meta.record.jsonl.uscdf',
    'meta.structure.dictionary.json',
    'punctuation.definition.dictionary.begin.json',
  ]);
  expect(scopesOf(next, 'cat-quoted')).toEqual([
    'meta.record.jsonl.uscdf',
    'meta.structure.dictionary.json',
    'string.quoted.double.json',
  ]);
});

describe('a long line is tokenised in time that grows with its length', () => {
  const hostile: readonly (readonly [string, string])[] = [
    ['opening tags', '<p> '],
    ['phrases', '<p> a dog </p> [SEG], '],
    ['angles and spaces', '<   '],
    ['brackets', '[  SE'],
    ['half clauses', "But I don't see any a, "],
    ['words', 'word '],
    ['unfinished tags', '<p> a <object'],
    ['escapes', '\\\\\\"'],
  ];
  const wrap: readonly (readonly [GrammarName, (body: string) => string])[] = [
    ['text.uscdf', (body) => `Assistant: ${body}`],
    ['source.json.uscdf', (body) => `{"from": "gpt", "value": "${body}"}`],
    ['source.jsonl.uscdf', (body) => `{"from": "gpt", "value": "${body}`],
    ['source.jsonl.uscdf', (body) => `{"counts": "${body}"}`],
  ];
  test.each(hostile)('%s', async (_name, piece) => {
    for (const [grammar, line] of wrap) {
      const time = async (length: number): Promise<number> => {
        const text = line(piece.repeat(Math.ceil(length / piece.length)));
        const start = performance.now();
        await tokenise(grammar, text);
        return performance.now() - start;
      };
      await time(1_000);
      const [short, long] = [await time(10_000), await time(40_000)];
      // Linear is 4 times, quadratic 16; the constant keeps a busy machine's pauses out of it.
      expect(long, `${grammar}: ${short} ms for 10,000 characters`).toBeLessThan(8 * short + 400);
    }
  });
});
