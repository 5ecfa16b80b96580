import { spacingEdits } from '../text/spacing.ts';
import { defineRule, textFix } from './rule.ts';

/** One space inside the tags, one before `[SEG]`, none before the punctuation behind it. */
export const phraseSpacing = defineRule({
  code: 'phrase-spacing',
  severity: 'hint',
  scope: 'turn',
  needs: 'flaw',
  fix: 'safe',
  summary: 'The spacing of tags and `[SEG]` is not canonical.',
  why: 'A tokenizer reads `<p>dog` and `<p> dog` as different tokens; one spelling trains one thing.',
  bad: ['Sure, it is <p>dog</p>[SEG].', 'Sure, it is <p> dog </p>  [SEG] .'],
  good: ['Sure, it is <p> dog </p> [SEG].'],
  check({ turn, report }) {
    if (turn.role !== 'gpt') return;
    for (const phrase of turn.tree.phrases) {
      const edits = spacingEdits(turn.text, phrase);
      const end = phrase.segs[0]?.token.end;
      if (edits.length === 0 || end === undefined) continue;
      const message =
        'The spacing differs from `<p> phrase </p> [SEG]`, and a tokenizer reads it as other tokens: space it so.';
      report({ start: phrase.start, end }, message, { fixes: () => [textFix('Space it', turn, ...edits)] });
    }
  },
});
