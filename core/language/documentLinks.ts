/** The paths in a file that one can open: images, sidecars, label maps. */
import type { UscdfDocument } from '../records/document.ts';
import { isObject } from '../records/isObject.ts';
import type { Range, Span } from '../records/position.ts';
import type { Path } from '../records/sourceRecord.ts';

export interface DocumentLink {
  readonly range: Range;
  /** As the record writes it: relative to the document, or a URL. */
  readonly path: string;
}

/**
 * The editor asks for a whole file's links after each keystroke: so many links, of as many records. Going to a path's
 * definition works in all of them.
 */
export const MAX_LINKS = 500;

export function documentLinks(document: UscdfDocument): readonly DocumentLink[] {
  const links: DocumentLink[] = [];
  for (const cell of document.cells.slice(0, MAX_LINKS)) {
    const { value } = cell.record;
    for (const { path, at } of isObject(value) ? pathsOf(value) : []) {
      if (links.length >= MAX_LINKS) return links;
      links.push({ range: cell.rangeOf(withoutQuotes(cell.source, cell.record.locate(at))), path });
    }
  }
  return links;
}

/** A link is the path itself, as editors underline it. */
function withoutQuotes(source: string, { start, end }: Span): Span {
  const quote = source[start];
  const quoted = (quote === '"' || quote === "'") && end - start > 1 && source[end - 1] === quote;
  return quoted ? { start: start + 1, end: end - 1 } : { start, end };
}

function pathsOf(data: Readonly<Record<string, unknown>>): readonly { readonly path: string; readonly at: Path }[] {
  const { image, masks } = data;
  const own = [
    { path: image, at: ['image'] },
    { path: masks, at: ['masks'] },
  ];
  const maps = (Array.isArray(masks) ? masks : []).map((mask: unknown, index) => {
    return { path: isObject(mask) ? mask['file'] : undefined, at: ['masks', index, 'file'] };
  });
  return [...own, ...maps].filter(
    (each): each is { path: string; at: (string | number)[] } => typeof each.path === 'string' && each.path !== '',
  );
}
