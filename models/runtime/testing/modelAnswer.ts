import { JsonRecord } from '../../../core/records/jsonRecord.ts';
import { checkRecord } from '../../../core/rules/checkRecord.ts';
import type { DialectReading, Generated, Piece } from '../dialects/dialect.ts';

/** What a model wrote, token by token: tags are tokens of their own, words are cut at spaces. */
export function piecesOf(text: string, tag = /<[^<> ]*>|\[SEG\d*\]/): readonly Piece[] {
  const cut = new RegExp(`${tag.source}|\\s?[^\\s<[]+|\\s+|.`, 'gs');
  return [...text.matchAll(cut)].map(([piece], i) => ({ tokenId: i, text: piece }));
}

/** An answer to a request for a caption, as it comes from a model; everything can be set. */
export function generated(text: string, more: Partial<Generated> = {}): Generated {
  return {
    pieces: piecesOf(text),
    finished: true,
    task: 'gcg',
    question: 'Could you please give me a detailed description of the image?',
    asked: '',
    referents: [],
    width: 640,
    height: 480,
    ...more,
  };
}

/** A referring question for these things. */
export function asking(...referents: readonly string[]): Partial<Generated> {
  return { task: 'referring', referents, question: `Please segment ${referents.join(', ')} in this image.` };
}

/** Codes of the errors that the linter finds in a record made of a reading, with the place's text. */
export function lintErrors(reading: DialectReading, question: string): readonly string[] {
  const source = JSON.stringify({
    id: 'a',
    image: 'a.jpg',
    conversations: [
      { from: 'human', value: `<image>\n${question}` },
      { from: 'gpt', value: reading.answer },
    ],
    masks: reading.masks.map(() => ({ size: [2, 2], counts: [0, 1, 3] })),
    negatives: reading.negatives,
  });
  const findings = checkRecord(new JsonRecord(source), { scopes: ['turn', 'record'] });
  return findings
    .filter(({ severity }) => severity === 'error')
    .map(({ code, span }) => `${code}: ${source.slice(span.start, span.end)}`);
}
