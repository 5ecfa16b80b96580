/** Where an offset stands in a record: whose key or value is written there, in a text that need not parse. */
import type { FileKind } from '../../records/document.ts';
import { layOut } from '../../records/textLayout.ts';
import { flowPlace, type Place } from './flowPlace.ts';
import { headerPlace } from './headerPlace.ts';

/** The place at an offset of a record's source; `undefined` in the turns of a `.uscdf` and on its `---` lines. */
export function placeAt(kind: FileKind, source: string, offset: number): Place | undefined {
  if (kind !== 'uscdf') return flowPlace(source, { start: 0, end: source.length }, offset, []).place;
  const { header } = layOut(source);
  return offset < header.start || offset > header.end ? undefined : headerPlace(source, header, offset);
}
