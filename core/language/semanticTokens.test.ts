import { describe, expect, it } from 'vitest';
import { type FileKind, UscdfDocument } from '../records/document.ts';
import { FILE_KINDS, recordAround } from '../testing/fixtures.ts';
import { textOf } from '../testing/marked.ts';
import {
  MAX_WHOLE_CHARACTERS,
  type SemanticToken,
  semanticTokens,
  semanticTokensIn,
  TOKEN_MODIFIERS,
} from './semanticTokens.ts';

/** The modifiers of a token, in words. */
const wordsOf = ({ modifiers }: SemanticToken): readonly string[] =>
  TOKEN_MODIFIERS.filter((_, bit) => (modifiers & (1 << bit)) !== 0);

/** A text with each token as `⟦words⟧type.modifier`: what an editor would colour. */
function painted(document: UscdfDocument, tokens: readonly SemanticToken[]): string {
  const lines = document.text().split(/\r\n|\n/);
  for (const token of [...tokens].reverse()) {
    const line = lines[token.line]!;
    const end = token.character + token.length;
    const name = [token.type, ...wordsOf(token)].join('.');
    lines[token.line] =
      `${line.slice(0, token.character)}⟦${line.slice(token.character, end)}⟧${name}${line.slice(end)}`;
  }
  return lines.join('\n');
}

/** Paints a record and finds the expected turns and values in it, as each file kind writes them. */
function check(kind: FileKind, record: Readonly<Record<string, unknown>>, expected: readonly string[]): void {
  const document = new UscdfDocument(kind, textOf(kind, [record]));
  const text = painted(document, semanticTokens(document)!);
  for (const words of expected)
    expect(text).toContain(kind === 'uscdf' ? words : words.replaceAll('\n', '\\n').replaceAll('"', '\\"'));
}

describe.each(FILE_KINDS)('the tokens of a %s', (kind) => {
  it('give a phrase, its [SEG], its referent and its mask one colour', () => {
    const record = recordAround('', {
      conversations: [
        { from: 'human', value: '<image>\nPlease segment the dog, the cat, and the zebra in this image.' },
        {
          from: 'gpt',
          value: "Sure, <p> the cat </p> [SEG] and <p> dog </p> [SEG]. But I don't see any zebra in this image.",
        },
      ],
      masks: [
        { size: [2, 2], counts: [0, 4], label: 'cat' },
        { size: [2, 2], polygons: [[0, 0, 1, 1, 0, 1]] },
      ],
      negatives: ['zebra'],
    });
    check(kind, record, [
      '⟦<image>⟧enumMember\nPlease segment the ⟦dog⟧parameter.grounded.mask1, the ⟦cat⟧parameter.grounded.mask0, and the ⟦zebra⟧parameter.denied in this image.',
      "Sure, ⟦<p>⟧decorator ⟦the cat⟧type.mask0 ⟦</p>⟧decorator ⟦[SEG]⟧macro.mask0 and ⟦<p>⟧decorator ⟦dog⟧type.mask1 ⟦</p>⟧decorator ⟦[SEG]⟧macro.mask1. ⟦But I don't see any⟧string ⟦zebra⟧parameter.denied ⟦in this image.⟧string",
    ]);
    const document = new UscdfDocument(kind, textOf(kind, [record]));
    const text = painted(document, semanticTokens(document)!);
    expect(text).toContain('⟦"counts"⟧property.mask0: [0, 4]');
    expect(text).toContain('⟦cat⟧type.mask0"');
    expect(text).toContain('⟦"polygons"⟧property.mask1');
    expect(text).toContain('⟦zebra⟧parameter.denied"');
  });

  it('keep to their lines, and leave what is wrong to the grammar', () => {
    check(kind, recordAround('A "<p> big\n  dog </p> [SEG]" by <p> a <object1> cat </object1> </p> [SEG] (SEG) <P>'), [
      kind === 'uscdf'
        ? 'A "⟦<p>⟧decorator ⟦big⟧type.mask0\n  ⟦dog⟧type.mask0 ⟦</p>⟧decorator'
        : 'A "⟦<p>⟧decorator ⟦big\n  dog⟧type.mask0 ⟦</p>⟧decorator',
      '⟦[SEG]⟧macro.mask0" by ⟦<p>⟧decorator ⟦a⟧type.mask1 ⟦<object1>⟧decorator ⟦cat⟧type.mask1 ⟦</object1>⟧decorator ⟦</p>⟧decorator ⟦[SEG]⟧macro.mask1 ⟦(SEG)⟧macro.mask2 <P>',
    ]);
  });

  it('begin the palette again after its last colour', () => {
    const document = new UscdfDocument(kind, textOf(kind, [recordAround('<p> a </p> [SEG] '.repeat(14))]));
    const segs = semanticTokens(document)!.filter(({ type }) => type === 'macro');
    expect(segs.map(wordsOf).map(String)).toEqual([...TOKEN_MODIFIERS.slice(2), 'mask0', 'mask1']);
  });

  it('lie in order, and one record after the other', () => {
    const records = ['a', 'b', 'c'].map((id) => recordAround('A <p> dog </p> [SEG] and <p> cat </p> [SEG].', { id }));
    const document = new UscdfDocument(kind, textOf(kind, records));
    const tokens = semanticTokens(document)!;
    for (const [i, token] of tokens.slice(1).entries()) {
      const before = tokens[i]!;
      const behind = token.line > before.line || token.character >= before.character + before.length;
      expect(behind).toBe(true);
    }
    expect(tokens.filter(({ type }) => type === 'macro')).toHaveLength(6);
  });

  it('are those of the lines that are looked at', () => {
    const records = ['a', 'b', 'c'].map((id) => recordAround('A <p> dog </p> [SEG].', { id }));
    const document = new UscdfDocument(kind, textOf(kind, records));
    const { range } = document.cells[1]!;
    const all = semanticTokens(document)!;
    const last = range.end.line - (range.end.character === 0 ? 1 : 0);
    const seen = { start: range.start, end: { line: last, character: 0 } };
    const expected = all.filter(({ line }) => line >= range.start.line && line <= last);
    expect(expected.length).toBeGreaterThan(4);
    expect(expected.length).toBeLessThan(all.length);
    expect(semanticTokensIn(document, seen)).toEqual(expected);
  });

  it('are asked for as they are looked at where the file is large', () => {
    const record = recordAround('A <p> dog </p> [SEG].', { note: 'x'.repeat(MAX_WHOLE_CHARACTERS) });
    const document = new UscdfDocument(kind, textOf(kind, [record]));
    expect(semanticTokens(document)).toBeUndefined();
    expect(semanticTokensIn(document, document.wholeRange).some(({ type }) => type === 'macro')).toBe(true);
  });

  it('follow an edit', () => {
    const document = new UscdfDocument(kind, textOf(kind, [recordAround('A <p> dog </p> [SEG].')]));
    const before = semanticTokens(document)!.find(({ type }) => type === 'type')!;
    const at = { line: before.line, character: before.character };
    document.update({ range: { start: at, end: at }, newText: 'big ' });
    const after = semanticTokens(document)!.find(({ type }) => type === 'type')!;
    expect(after).toEqual({ ...before, length: before.length + 4 });
  });

  it('are none in a record that does not parse', () => {
    expect(semanticTokens(new UscdfDocument(kind, '---\n{"a": [\n---\nAssistant: <p> a </p> [SEG]'))).toEqual([]);
  });
});
