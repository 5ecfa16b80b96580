/** What a record means is the same before and after formatting, and formatting it twice is formatting it once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FileKind, UscdfDocument } from '../records/document.ts';
import { LineOffsets } from '../records/lineStore.ts';
import { applyEdits } from '../records/position.ts';
import { RecordModel, TASKS } from '../records/recordModel.ts';
import { FILE_KINDS, tinyMask } from '../testing/fixtures.ts';
import { textOf } from '../testing/marked.ts';
import { referentKey } from '../text/compose.ts';
import { DEFAULT_FORMAT, type FormatOptions, formatDocument } from './format.ts';

/** The same inputs each time; to hunt further set both, as for test/integration/anyBytes. */
const RUNS = Number(process.env['USCDF_FUZZ_RUNS'] ?? 1_000);
const SEED = Number(process.env['USCDF_FUZZ_SEED'] ?? 7);

const anyWords = fc.constantFrom(
  ...['dog', 'the brown dog', 'salt and pepper shaker', 'man in black and white', 'café', '🐶 "Rex"', "a woman's hat"],
  ...['person-1', 'an apple', 'any zebra', 'back\\slash', 'tab', 'x', 'The <b>cat'],
);
const anySpace = fc.constantFrom('', ' ', ' ', ' ', '  ', '\t', '\n');
const anyJoin = fc.constantFrom(', ', ' and ', ', and ', ',  and ', ' or ', ' on ', '. ', ' , ', '.');
const anyLead = fc.constantFrom('', 'Sure, ', 'Sure, it is ', 'Sure, the image contains ', 'In front: ', 'It is');

const anyPhrase = fc
  .tuple(anyWords, anySpace, anySpace, anySpace)
  .map(([words, before, after, gap]) => `<p>${before}${words}${after}</p>${gap}[SEG]`);

const anyClause = fc
  .tuple(
    fc.constantFrom('But ', 'Sorry, ', 'but ', 'Sorry ', 'However, ', '', 'I’m sorry, but '),
    fc.constantFrom("I don't see any ", 'I do not see any ', 'I don’t see the ', "I can't find any ", 'there is no '),
    fc.array(anyWords, { minLength: 1, maxLength: 4 }),
    fc.constantFrom(', ', ' and ', ', and '),
    fc.constantFrom(' in this image.', ' in the image.', ' in this picture', '.', ' in this image', ' in this image..'),
  )
  .map(([lead, see, referents, join, end]) => `${lead}${see}${referents.join(join)}${end}`);

const anyAnswer = fc
  .tuple(
    anyLead,
    fc.array(fc.tuple(anyPhrase, anyJoin), { maxLength: 4 }),
    fc.constantFrom('', '.', ' .', '. ', ' \n'),
    fc.option(anyClause, { nil: '' }),
    fc.constantFrom('', ' ', ' That is all.', '\nOr is it?'),
  )
  .map(([lead, phrases, end, clause, rest]) => {
    const list = phrases.map(([phrase, join], i) => (i < phrases.length - 1 ? phrase + join : phrase)).join('');
    return (lead + list + end + clause + rest).trim() || 'Nothing.';
  });

const anyQuestion = fc
  .tuple(
    fc.constantFrom('<image>\n', '<IMAGE>\n', '<image> ', 'The <image> provides an overview of the picture.\n'),
    fc.array(anyWords, { minLength: 1, maxLength: 3 }),
  )
  .map(([image, asked]) => `${image}Please segment the ${asked.join(', ')} in this image.`);

/** Keys in any order, some of them unknown. */
const anyRecord = fc
  .record({
    rounds: fc.array(fc.tuple(anyQuestion, anyAnswer), { minLength: 1, maxLength: 2 }),
    task: fc.constantFrom(...TASKS),
    masks: fc.nat(4),
    negatives: fc.array(anyWords, { maxLength: 2 }),
    order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
  })
  .map(({ rounds, task, masks, negatives, order }) => {
    const conversations = rounds.flatMap(([question, answer]) => [
      { from: 'human', value: question },
      { from: 'gpt', value: answer },
    ]);
    const entries: readonly (readonly [string, unknown])[] = [
      ['id', 'a'],
      ['image', 'a.jpg'],
      ['task', task],
      ['masks', Array.from({ length: masks }, (_, i) => ({ ...tinyMask(i), label: 'x', note: [1, 'dog'] }))],
      ['negatives', negatives],
      ['my own key', { deep: ['<p>x</p>[SEG]', 1.5, null, true] }],
    ];
    return Object.fromEntries([...order.map((i) => entries[i]!), ['conversations', conversations]]);
  });

const anyFile = fc
  .record({
    kind: fc.constantFrom(...FILE_KINDS),
    records: fc.array(anyRecord, { minLength: 1, maxLength: 2 }),
    crlf: fc.boolean(),
    escapes: fc.boolean(),
  })
  .map(({ kind, records, crlf, escapes }) => {
    const text = textOf(kind, records);
    const escaped =
      escapes && kind !== 'uscdf' ? text.replace(/[<o]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`) : text;
    return { kind, text: crlf ? escaped.replaceAll('\n', '\r\n') : escaped };
  });

const anyOptions: fc.Arbitrary<FormatOptions> = fc.record({
  oxfordComma: fc.boolean(),
  imagePlaceholder: fc.constantFrom('keep', '<image>', '<IMAGE>'),
});

function formatted(kind: FileKind, text: string, options: FormatOptions): string {
  const offsets = new LineOffsets(text);
  const edits = formatDocument(new UscdfDocument(kind, text), options).map(({ range, newText }) => ({
    start: offsets.offset(range.start),
    end: offsets.offset(range.end),
    newText,
  }));
  return applyEdits(text, edits);
}

/** What a record says, whatever its spacing, commas and fixed words. */
function meaning(kind: FileKind, text: string): unknown {
  return new UscdfDocument(kind, text).cells.map(({ record }) => {
    expect(record.problems).toEqual([]);
    const model = new RecordModel(record);
    const { conversations, ...others } = model.data;
    return {
      // As text, so that the order of the keys counts.
      others: JSON.stringify(others),
      keys: Object.keys(model.data),
      speakers: (conversations as readonly { readonly from: string }[]).map(({ from }) => from),
      segs: model.segs.map(({ turn, seg }) => [turn.index, seg.phrase?.text]),
      phrases: model.phrases.map(({ turn, phrase }) => [turn.index, phrase.text]),
      turns: model.turns.map(({ role, text, tree }) => {
        if (role === 'human') return text.replace(/<image>/gi, '<image>');
        const clauses = tree.clauses.filter(({ certain }) => certain);
        let rest = '';
        let from = 0;
        for (const { start, end } of clauses) {
          rest += `${text.slice(from, start)}¬`;
          from = end;
        }
        rest += text.slice(from);
        const denied = clauses.flatMap(({ referents }) => referents.map((referent) => referentKey(referent.text)));
        return { denied, rest: rest.replace(/[\s.,]/g, '').replace(/¬[!]*/g, '¬') };
      }),
    };
  });
}

describe('formatting', () => {
  it('keeps what every record means, and has nothing to do the second time', () => {
    let changed = 0;
    fc.assert(
      fc.property(anyFile, anyOptions, ({ kind, text }, options) => {
        const once = formatted(kind, text, options);
        if (once !== text) changed++;
        expect(meaning(kind, once)).toEqual(meaning(kind, text));
        expect(formatted(kind, once, options)).toBe(once);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    // Most of these records are not canonical: the property has something to hold for.
    expect(changed).toBeGreaterThan(RUNS / 2);
  });

  it('changes the turns alone, byte by byte', () => {
    fc.assert(
      fc.property(anyFile, ({ kind, text }) => {
        const document = new UscdfDocument(kind, text);
        for (const { range } of formatDocument(document, DEFAULT_FORMAT)) {
          const cell = document.cellAt(range.start)!;
          const found = cell.record.turnAt(cell.offsetAt(range.start));
          expect(found?.turn.role).toBe('gpt');
          expect(cell.record.turnAt(cell.offsetAt(range.end))?.turn.index).toBe(found?.turn.index);
        }
      }),
      { numRuns: 300, seed: SEED },
    );
  });
});
