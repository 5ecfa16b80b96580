import { nounPhraseBefore } from '../text/nounPhrase.ts';
import { cutOut, orphanSegs, surplusMasks } from './fixes.ts';
import { defineRule, textFix } from './rule.ts';

/** A `</p>` that closes nothing. */
export const unopenedTag = defineRule({
  code: 'unopened-tag',
  severity: 'error',
  scope: 'turn',
  needs: 'flaw',
  fix: 'suggested',
  summary: '`</p>` has no `<p>`.',
  why: 'Without its beginning the phrase is lost, and its mask trains nothing.',
  bad: ['Sure, it is a dog </p> [SEG].', 'Sure, it is <p> a dog </p> </p> [SEG].'],
  good: ['Sure, it is <p> a dog </p> [SEG].'],
  check({ record, turn, report }) {
    if (turn.role !== 'gpt') return;
    for (const { close, phrase } of turn.tree.unopened) {
      const message =
        'This </p> closes nothing, so no words belong to it: open the phrase with <p>, or remove the tag.';
      report(close, message, {
        fixes: () => {
          const remove = { title: 'Remove this </p>', edits: [cutOut(turn, close)] };
          const noun = phrase === undefined ? undefined : nounPhraseBefore(turn.text, close.start);
          if (noun === undefined) return [remove];
          const words = turn.text.slice(noun.start, noun.end);
          const open = textFix(`Open it before "${words}"`, turn, {
            start: noun.start,
            end: noun.start,
            newText: '<p> ',
          });
          if (phrase?.segs.length) return [open, remove];
          // Where a mask or a [SEG] waits for words, they may be the ones before this tag.
          const waits = surplusMasks(record) > 0 || orphanSegs(record) > 0;
          return waits
            ? [
                { ...remove, kind: 'manual' as const },
                { ...open, kind: 'manual' as const },
              ]
            : [remove, open];
        },
      });
    }
  },
});
