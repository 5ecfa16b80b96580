import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../../testing/processorMs.ts';
import { ptbTokens } from './ptb/scanner.ts';
import { tokenise, tokenisedCaption } from './tokenise.ts';

function vectors<T>(name: string): T {
  const file = new URL(`../../../test/fixtures/vectors/ptb/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: T }).cases;
}

describe('Penn Treebank tokens', () => {
  const hard = vectors<{ raw: string; tokens: string[]; caption: string }[]>('tokens');

  it('finds the 122 hard lines', () => expect(hard).toHaveLength(122));

  it.each(hard)('$raw', ({ raw, tokens, caption }) => {
    expect(ptbTokens(raw)).toEqual(tokens);
    expect(tokenisedCaption(raw)).toBe(caption);
  });

  it('equal PTBTokenizer’s on 1000 captions', () => {
    const cases = vectors<[raw: string, tokens: string, caption?: string][]>('coco_fakecap_1000');
    expect(cases).toHaveLength(1000);
    expect(cases.map(([raw]) => ptbTokens(raw).join(' '))).toEqual(cases.map(([, tokens]) => tokens));
    expect(cases.map(([raw]) => tokenisedCaption(raw))).toEqual(cases.map(([, tokens, caption]) => caption ?? tokens));
  });

  // Results of PTBTokenizer 3.4.1 itself, on what the vectors leave out.
  it.each([
    ["fo'c'sle and jack-o'-lantern", "fo ` c ` sle and jack-o ' - lantern"],
    ["O'Connor-Smith, Toys'R'Us", "o'connor-smith , toys ` r'us"],
    ['dial 123 456 7890 or (123) 456-7890', 'dial 123\u00a0456\u00a07890 or -lrb-123-rrb-\u00a0456-7890'],
    ['his/her/its/their 1/2/3/4 a-b/c-d', 'his/her/its / their 1/2/3 / 4 a-b/c-d'],
    ['x_y-z #tag_b @user_c C++ f# AA+BB US$5', 'x_y-z #tag _ b @user_c c++ f# aa+bb us$ 5'],
    ['dog:) note:(see :D :pen', 'dog :-rrb- note : -lrb- see :d : pen'],
    ['the ’90s, it’sso 1990’s', "the ’90s , it 's so 1990 's"],
    ['www.a.com foo.example.org/a/b x/y photo.jpg', 'www.a.com foo.example.org/a/b x/y photo.jpg'],
    ['wait.... dog.) email., 5.5-6.5', 'wait ... dog . -rrb- email. , 5.5-6 .5'],
    ['&lt;p&gt; AT&amp;T &quot;x&quot; dog&apos;s', "< p > at&t `` x '' dog 's"],
  ])('%s', (line, expected) => {
    expect(ptbTokens(line).join(' ')).toBe(expected);
  });
});

describe('tokenise', () => {
  it('takes ends of lines of any kind for blanks', () => {
    for (const end of ['\n', '\r', '\v', '\f', '\u2028']) expect(tokenise(`a${end}dog.`)).toEqual(['a', 'dog']);
    expect(tokenise('a\u0085dog')).toEqual(['a', 'dog']);
  });

  it('leaves brackets and rare marks in, as pycocoevalcap does', () => {
    expect(tokenise('a (red) dog!!! & [SEG]')).toEqual([
      'a',
      '-lrb-',
      'red',
      '-rrb-',
      'dog',
      '!!!',
      '&',
      '-lsb-',
      'seg',
      '-rsb-',
    ]);
  });

  it('is total: no word is empty or holds a blank', () => {
    const pieces = fc.constantFrom(
      ...Array.from(`aB09'’"\`-./\\,:;!?()[]{}<>&$%#@*+=_~ é—…½£\u00ad\u00a0😀`),
      "n't",
      '<p>',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 40 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(text, (caption) => {
        for (const word of tokenise(caption)) expect(word).toMatch(/^[^ \n\r]+$/);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    'a.5',
    'a,',
    'a@',
    '<a ',
    '<!x',
    "<a b='",
    "n't",
    'a-',
    '&',
    '(',
    '"',
    'a!',
    '. ',
    '-',
    '5 ',
    'a/',
    'x_',
    'www.a.',
    'http://a',
    "o'",
    'a\u00ad',
    '<a b="c" ',
  ])('takes time linear in a long run of %j', (piece) => {
    const timeOf = (repeats: number): number => {
      const text = piece.repeat(repeats);
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 3; round++) {
        const started = processorMs();
        tokenise(text);
        best = Math.min(best, processorMs() - started);
      }
      return best;
    };
    timeOf(1000);
    // Eight times the text: a quadratic scan would take 64 times as long.
    expect(timeOf(16_000)).toBeLessThan(Math.max(200, 24 * timeOf(2000)));
  });
});
