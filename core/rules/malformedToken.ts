import type { RecordModel } from '../records/recordModel.ts';
import type { SourceTurn } from '../records/sourceRecord.ts';
import { negativeClause, withoutArticle } from '../text/compose.ts';
import { spelling, type Token } from '../text/scan.ts';
import { cutOut, surplusMasks } from './fixes.ts';
import { defineRule, type Fix, textFix } from './rule.ts';

/** Near misses of the tokens, and tokens of other projects (LISA++, PixelLM, GSVA, OMG-LLaVA, Kosmos-2). */
export const malformedToken = defineRule({
  code: 'malformed-token',
  severity: 'error',
  scope: 'turn',
  needs: 'flaw',
  fix: 'safe',
  summary: 'A token is misspelt, or another dialect’s.',
  why: 'A tokenizer knows the exact spelling only; anything else is read as plain letters, and the mask is lost.',
  bad: [
    'Sure, it is <P> dog </P> [SEG].',
    'Sure, it is <p> dog </p> [seg].',
    'Sure, it is <p> dog </p> [SEG0] [SEG1].',
  ],
  good: ['Sure, it is <p> dog </p> [SEG].'],
  check({ record, turn, report }) {
    for (const token of turn.tree.tokens) {
      if (token.exact || (turn.role !== 'gpt' && token.kind !== 'image' && token.kind !== 'foreign')) continue;
      // A placeholder that has no business in an answer is `image-placeholder`'s, however it is spelt.
      if (turn.role === 'gpt' && token.kind === 'image' && record.conversationIsWhole) continue;
      const written = turn.text.slice(token.start, token.end);
      const exact = spelling(token.kind);
      const message =
        exact === undefined
          ? `${written} is another dialect's token and means nothing here: remove it.`
          : `${written} is not the token ${exact}, and no tokenizer reads it as one: write ${exact}.`;
      report(token, message, { fixes: () => fixesOf(record, turn, token, exact) });
    }
  },
});

function fixesOf(record: RecordModel, turn: SourceTurn, token: Token, exact: string | undefined): readonly Fix[] {
  const written = turn.text.slice(token.start, token.end);
  if (exact !== undefined) {
    const fix = textFix(`Write ${exact}`, turn, { start: token.start, end: token.end, newText: exact });
    // A group such as `[SEG0] [SEG1]` is one object; where the masks are not as many, each of its tokens may own one.
    const group = token.kind === 'seg' && /\d/.test(written);
    return [group && surplusMasks(record) !== 0 ? { ...fix, kind: 'manual' } : fix];
  }
  if (written !== '[REJ]') return [{ title: `Remove ${written}`, edits: [cutOut(turn, token)] }];
  // GSVA's `zebra:[REJ]`, alone in its turn. In a list with other referents a person has to write the clause.
  const refused = /^([^:,;.[\]<>]{1,300}?)\s*(?::|\bis\b)?\s*\[REJ\]\s*\.?$/.exec(turn.text.trim())?.[1];
  if (refused === undefined) return [];
  const clause = negativeClause([withoutArticle(refused)], { afterPositives: false });
  return [
    { ...textFix(`Write "${clause}"`, turn, { start: 0, end: turn.text.length, newText: clause }), kind: 'suggested' },
  ];
}
