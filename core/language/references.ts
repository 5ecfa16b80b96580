/** Where a thing is named, in its record and in the subtrees about it; where a record is named as a parent. */
import type { RecordCell, UscdfDocument } from '../records/document.ts';
import type { Position, Range } from '../records/position.ts';
import { referentKey } from '../text/compose.ts';
import { familyMentions, recordsUnder, recordWithId } from './family.ts';
import { phraseOfMask, pointedAt, recordAt } from './pointedAt.ts';

/** With `declaration`, what gives the name too: the grounded phrases, a record's own `id`. */
export function references(
  document: UscdfDocument,
  position: Position,
  { declaration }: { readonly declaration: boolean },
): readonly Range[] {
  const at = recordAt(document, position);
  const pointed = at === undefined ? undefined : pointedAt(at);
  if (at === undefined || pointed === undefined) return [];
  switch (pointed.kind) {
    case 'mention':
      return named(document, at.cell, pointed.mention.key, declaration);
    case 'seg':
    case 'mask': {
      const phrase = phraseOfMask(at.record, pointed.mask)?.phrase;
      return phrase === undefined ? [] : named(document, at.cell, referentKey(phrase.text), declaration);
    }
    case 'id':
    case 'parent':
      return recordNames(document, pointed.id, declaration);
    default:
      return [];
  }
}

function named(document: UscdfDocument, cell: RecordCell, key: string, declaration: boolean): readonly Range[] {
  return familyMentions(document, cell, key)
    .filter(({ mention }) => declaration || mention.role !== 'phrase')
    .map((each) => each.cell.rangeOf(each.mention.span));
}

function recordNames(document: UscdfDocument, id: string, declaration: boolean): readonly Range[] {
  const own = declaration ? recordWithId(document, id) : undefined;
  return [
    ...(own === undefined ? [] : [own.rangeOf(own.record.locate(['id']))]),
    ...recordsUnder(document, id).map((child) => child.rangeOf(child.record.locate(['parent']))),
  ];
}
