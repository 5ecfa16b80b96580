import type { SourceTurn } from '../records/sourceRecord.ts';
import { negativeClause, withoutArticle } from '../text/compose.ts';
import { spelling, type Token } from '../text/scan.ts';
import { cutOut } from './fixes.ts';
import { defineRule, type Fix, textFix } from './rule.ts';

/** Near misses of the tokens, and tokens of other projects (LISA++, PixelLM, GSVA, OMG-LLaVA, Kosmos-2). */
export const malformedToken = defineRule({
  code: 'malformed-token',
  severity: 'error',
  scope: 'turn',
  fix: 'safe',
  summary: 'A token is misspelt, or another dialect’s.',
  why: 'A tokenizer knows the exact spelling only; anything else is read as plain letters, and the mask is lost.',
  bad: [
    'Sure, it is <P> dog </P> [SEG].',
    'Sure, it is <p> dog </p> [seg].',
    'Sure, it is <p> dog </p> [SEG0] [SEG1].',
  ],
  good: ['Sure, it is <p> dog </p> [SEG].'],
  check({ turn, report }) {
    for (const token of turn.tree.tokens) {
      if (token.exact || (turn.role !== 'gpt' && token.kind !== 'image' && token.kind !== 'foreign')) continue;
      const written = turn.text.slice(token.start, token.end);
      const exact = spelling(token.kind);
      const message =
        exact === undefined
          ? `${written} is another dialect's token and means nothing here: remove it.`
          : `${written} is not the token ${exact}, and no tokenizer reads it as one: write ${exact}.`;
      report(token, message, { fixes: () => [fixOf(turn, token, exact)] });
    }
  },
});

function fixOf(turn: SourceTurn, token: Token, exact: string | undefined): Fix {
  if (exact !== undefined)
    return textFix(`Write ${exact}`, turn, { start: token.start, end: token.end, newText: exact });
  const written = turn.text.slice(token.start, token.end);
  const refused = written === '[REJ]' ? /^(.{1,300}?)\s*(?:is|:)?\s*\[REJ\]\s*\.?\s*$/s.exec(turn.text) : null;
  if (refused !== null) {
    const clause = negativeClause([withoutArticle(refused[1]!)], { afterPositives: false });
    return textFix(`Write "${clause}"`, turn, { start: 0, end: turn.text.length, newText: clause });
  }
  return { title: `Remove ${written}`, edits: [cutOut(turn, token)] };
}
