/** Where Label Studio's tasks say that their photographs are. */

type Fields = Readonly<Record<string, unknown>>;

/** What an upload puts before a file's name. */
const UPLOAD = /^[0-9a-f]{8}-/;
const IMAGE = /\.(?:jpe?g|png|webp|gif|bmp|tiff?)(?:[?#]|$)/i;
const URL_START = /^[a-z][a-z0-9+.-]*:\/\/[^/]*\//i;

/** The address of a task's image: under `image`, or else the first text that ends like one. */
export function imageOf(data: Fields): string | undefined {
  const { image } = data;
  if (typeof image === 'string' && image !== '') return image;
  return Object.values(data).find((value): value is string => typeof value === 'string' && IMAGE.test(value));
}

/** Names by which the file may be found, the address first: on the disk, without its server, and as it was before its upload. */
export function imageNames(address: string): readonly string[] {
  const query = /[?&]d=([^&#]*)/.exec(address)?.[1];
  const path = decoded(query ?? address.replace(URL_START, '').replace(/[?#].*$/, ''));
  const last = path.slice(path.lastIndexOf('/') + 1);
  const names = [query === undefined ? address : path, path, last, last.replace(UPLOAD, '')];
  return [...new Set(names)].filter((name) => name !== '');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
