import { cutOut, removeSegs, wrapFix } from './fixes.ts';
import { defineRule, type Fix } from './rule.ts';

/** Tags around nothing. */
export const emptyPhrase = defineRule({
  code: 'empty-phrase',
  severity: 'error',
  scope: 'turn',
  needs: 'flaw',
  fix: 'suggested',
  summary: 'Nothing stands between the tags.',
  why: 'A mask without words teaches a model to point at something without saying what.',
  bad: ['Sure, it is a dog <p> </p> [SEG].', 'The dog <p></p> runs.'],
  good: ['Sure, it is <p> a dog </p> [SEG].'],
  check({ record, turn, report }) {
    if (turn.role !== 'gpt') return;
    for (const phrase of turn.tree.phrases) {
      const { open, close } = phrase;
      if (phrase.text !== '' || open === undefined || close === undefined) continue;
      const message = 'No words stand between these tags: write what the mask shows, or remove them.';
      report({ start: open.start, end: close.end }, message, {
        fixes: (): readonly Fix[] => {
          const tags = { start: open.start, end: close.end };
          const seg = phrase.segs[0];
          if (seg === undefined) return [{ title: 'Remove the tags', edits: [cutOut(turn, tags)] }];
          const remove: Fix = {
            title: 'Remove the tags, their [SEG] and its mask',
            kind: 'manual',
            edits: removeSegs(record, turn, phrase.segs, [tags]),
          };
          const wrap = wrapFix(record, turn, seg, phrase) ?? { title: 'Remove the tags', edits: [cutOut(turn, tags)] };
          return [wrap, remove];
        },
      });
    }
  },
});
