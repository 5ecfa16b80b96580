/** Names of files below the document's folder: images, files of masks, label maps. */
import { isRemote } from '../../records/recordModel.ts';
import type { Path } from '../../records/sourceRecord.ts';
import type { Field, Proposal } from './proposal.ts';

export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * What a folder holds, by its path relative to the document: `''`, `images/`. Empty where there is none. May leave
 * entries out of a folder that has very many.
 */
export type ListFolder = (path: string) => Promise<readonly FolderEntry[]>;

const IMAGES = /\.(?:jpe?g|png|webp|gif|bmp|tiff?)$/i;
const SIDECARS = /\.json$/i;
const LABEL_MAPS = /\.png$/i;

/** The files that the value at a path may name; `undefined` where it names none. */
export function filesAt(path: Path): RegExp | undefined {
  const [first, second, third] = path;
  if (path.length === 1 && first === 'image') return IMAGES;
  if (path.length === 1 && first === 'masks') return SIDECARS;
  return path.length === 3 && first === 'masks' && typeof second === 'number' && third === 'file'
    ? LABEL_MAPS
    : undefined;
}

/** What stands in the folder that is typed so far: folders, and files of the right kind. Hidden ones are left out. */
export async function pathProposals(field: Field, fits: RegExp, list: ListFolder): Promise<readonly Proposal[]> {
  const typed = field.text.slice(0, field.cursor);
  if (isRemote(typed) || typed.includes('\0')) return [];
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const entries = await list(folder);
  return [...entries]
    .filter(({ name, isFolder }) => !name.startsWith('.') && (isFolder || fits.test(name)))
    .sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ name, isFolder }) => {
      const label = isFolder ? `${name}/` : name;
      const replace = { start: 0, end: field.text.length };
      const kind = isFolder ? 'folder' : 'file';
      return { label, kind, replace, pieces: [folder + label], again: isFolder };
    });
}
