import { knownObjects, namedObjects, placedTags } from './knownObjects.ts';
import { captioned } from './objectTag.ts';
import { defineRule } from './rule.ts';

/** Dense context organisation asks for a caption that mentions every given object. */
export const objectUnmentioned = defineRule({
  code: 'object-unmentioned',
  severity: 'warning',
  scope: 'record',
  needs: 'flaw',
  fix: 'none',
  summary: 'A caption with object tags never tags a known object.',
  why: 'The object’s mask is left without words when the tags become phrases.',
  bad: [captioned('<object1> a dog </object1> runs beside a cat.', 2)],
  good: [captioned('<object1> a dog </object1> runs beside <object2> a cat </object2>.', 2), 'A dog runs.'],
  check({ record, report }) {
    const tags = placedTags(record);
    const known = tags.length === 0 ? undefined : knownObjects(record);
    if (known === undefined) return;
    const named = namedObjects(tags);
    // A tag with a wrong number may be the one that is missed; `object-unknown` speaks of it.
    for (const number of named) if (!known.has(number)) return;
    for (const [number, mask] of known) {
      // The first masks belong to the `[SEG]` of phrases that are grounded already.
      if (named.has(number) || mask < record.segs.length) continue;
      const message = `The caption tags other objects but not object ${number}, so this mask would be left without words: mention it as <object${number}> … </object${number}>, or remove its mask.`;
      report({ path: record.maskPath(mask) }, message);
    }
  },
});
