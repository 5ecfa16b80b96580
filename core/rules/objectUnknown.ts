import { objectNumber } from '../text/objectTags.ts';
import { knownObjects, nameObjects, placedTags } from './knownObjects.ts';
import { captioned } from './objectTag.ts';
import { defineRule } from './rule.ts';

/** Object N's mask becomes the phrase's; so N is an object of the record. */
export const objectUnknown = defineRule({
  code: 'object-unknown',
  severity: 'error',
  scope: 'record',
  needs: 'flaw',
  fix: 'none',
  summary: '`<objectN>` names no known object.',
  why: 'The tagged words become a phrase with the mask of object N: mask number N of the record, counted from 1, or the mask labelled `objectN`. Without it the phrase has none.',
  bad: [captioned('<object1> a dog </object1> and <object3> a cat </object3> run.', 2)],
  good: [captioned('<object2> a dog </object2> and <object1> a cat </object1> run.', 2)],
  check({ record, report }) {
    const tags = placedTags(record);
    const known = tags.length === 0 ? undefined : knownObjects(record);
    if (known === undefined) return;
    for (const { turn, tag } of tags) {
      const number = objectNumber(tag);
      if (tag.kind !== 'objectOpen' || known.has(number)) continue;
      const target = { turn: turn.index, start: tag.start, end: tag.end };
      if (known.size === 0) {
        report(target, 'The record has no masks, so its object tags name nothing: add one mask for each object.');
        return;
      }
      const message = `There is no object ${number}, so these words would get no mask: the record's masks are ${nameObjects([...known.keys()])}. Write one of them.`;
      report(target, message);
    }
  },
});
