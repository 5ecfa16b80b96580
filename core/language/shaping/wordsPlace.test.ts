import { describe, expect, it } from 'vitest';
import { FILE_KINDS, recordAround } from '../../testing/fixtures.ts';
import { markedRecords } from '../../testing/marked.ts';
import { answersOf, drawnPixel, shaped } from '../../testing/shaping.ts';
import { LanguageService } from '../languageService.ts';
import { wordsAt } from './wordsPlace.ts';

describe.each(FILE_KINDS)('words selected in a %s file', (kind) => {
  const select = (answer: string) => {
    const plain = recordAround(answer.replace(/[‸⟦⟧]/g, ''));
    const conversations = [
      { from: 'human', value: '<image>\nWhat is the "dog" doing?' },
      { from: 'gpt', value: `${answer}‸` },
    ];
    return markedRecords(
      kind,
      {
        ...plain,
        id: 'first',
        conversations: [
          { from: 'human', value: '<image>\nHi' },
          { from: 'gpt', value: 'Ho.' },
        ],
        masks: [],
      },
      { ...plain, conversations },
    );
  };

  it.each([
    ['A man walks ⟦a dog⟧ here.', 'a dog', 0],
    ['A man walks⟦ a dog ⟧here.', 'a dog', 0],
    ['A man w⟦alks a d⟧og here.', 'walks a dog', 0],
    ['“Ein Café”\nund ⟦ein "grüner" 🐴⟧.', 'ein "grüner" 🐴', 0],
    ['I see <p> a man </p> [SEG] and ⟦a dog⟧, too.', 'a dog', 2],
    ['I see <p>a man</p>[SEG][SEG] and ⟦a dog⟧.', 'a dog', 2],
    ['[SEG] A man and ⟦a dog⟧.', 'a dog', 0],
    ['我看到⟦一只狗⟧在跑。', '一只狗', 0],
  ])('%j are found as the preview shows them', (answer, text, part) => {
    const { document, ranges } = select(answer);
    const found = wordsAt(document, ranges[0]!);
    expect(found).toMatchObject({ ok: true, value: { record: 1, text, words: { turn: 1, part } } });
    if (!found.ok) return;
    const { words } = found.value;
    const preview = new LanguageService().preview(document, ranges[0]!.start, undefined)!;
    expect(preview.turns[1]!.parts[part]!.text.slice(words.start, words.end)).toBe(text);
    const changed = shaped(document, { kind: 'groundWords', words, drawn: drawnPixel(0) }, 1);
    expect(typeof changed === 'string' ? changed : answersOf(changed, 1)[0]).toContain(`<p> ${text} </p> [SEG]`);
  });

  it.each([
    ['I see <p> ⟦a man⟧ </p> [SEG].', 'has its tags'],
    ['I ⟦see <p> a man⟧ </p> [SEG].', 'has its tags'],
    ['I see a ⟦man <obj> and⟧ a dog.', 'A tag'],
    ["A man. But I don't see any ⟦dog⟧ in this image.", 'not in the image'],
    ['A man⟦ ⟧runs.', 'No word'],
    ['A man⟦⟧ runs.', 'No word'],
    ['A man runs⟦…⟧', 'No word'],
  ])('%j are refused', (answer, message) => {
    const { document, ranges } = select(answer.replace('<obj>', '<object1>'));
    expect(wordsAt(document, ranges[0]!)).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  });

  it('are refused in a question, across turns, and outside of turns', () => {
    const { document, cursor } = select('⟦A⟧ man.');
    const line = document
      .text()
      .split('\n')
      .findIndex((each) => each.includes('"dog') || each.includes('\\"dog'));
    const start = { line, character: document.line(line).indexOf('doing') };
    const end = { line, character: start.character + 3 };
    expect(wordsAt(document, { start, end })).toMatchObject({ message: expect.stringContaining('question') });
    expect(wordsAt(document, { start, end: cursor })).toMatchObject({ message: expect.stringContaining('one answer') });
    const origin = { line: 0, character: 0 };
    expect(wordsAt(document, { start: origin, end: origin })).toMatchObject({ ok: false });
  });
});
