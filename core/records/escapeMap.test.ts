import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeForJson, jsonStringMap, linesMap } from './escapeMap.ts';

describe('escape maps', () => {
  it('maps every character of a JSON string to where it is written', () => {
    const escapedUnit = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(escapedUnit, fc.boolean()), { maxLength: 30 }), fc.nat(5), (units, lead) => {
        // Each unit is written plainly, or as \uXXXX unit by unit, so that surrogate pairs take twelve characters.
        const hex = (text: string) =>
          Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
            '',
          );
        const pieces = units.map(([text, asEscape]) => ({
          text,
          written: asEscape ? hex(text) : JSON.stringify(text).slice(1, -1),
        }));
        const source = `${' '.repeat(lead)}"${pieces.map((p) => p.written).join('')}"`;
        const map = jsonStringMap(source, lead, source.length);
        let plain = 0;
        let written = lead + 1;
        for (const piece of pieces) {
          expect(map.toSource(plain)).toBe(written);
          expect(map.toPlain(written)).toBe(plain);
          plain += piece.text.length;
          written += piece.written.length;
        }
        expect(map.toSource(plain)).toBe(source.length - 1);
        expect(JSON.parse(source)).toHaveLength(plain);
      }),
      { numRuns: 2_000 },
    );
  });

  it('maps lines that end in CRLF', () => {
    const source = 'User: a\r\nbc\r\nd';
    const map = linesMap(source, 6, source.length);
    const plain = source.slice(6).replaceAll('\r\n', '\n');
    for (let i = 0; i < plain.length; i++) {
      if (plain[i] !== '\n') expect(source[map.toSource(i)]).toBe(plain[i]);
    }
  });

  it('writes a text as the inside of a JSON string, with escapes beyond ASCII where these are wanted', () => {
    expect(escapeForJson('caf\u00e9 "\u{1f415}"\n')).toBe('caf\u00e9 \\"\u{1f415}\\"\\n');
    expect(escapeForJson('caf\u00e9 "\u{1f415}"\n', true)).toBe('caf\\u00e9 \\"\\ud83d\\udc15\\"\\n');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const written = escapeForJson(text, true);
        expect(written).toMatch(/^[\x20-\x7e]*$/);
        expect(JSON.parse(`"${written}"`)).toBe(text);
      }),
    );
  });
});
