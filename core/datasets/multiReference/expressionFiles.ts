/** Files of expressions that negatives are drawn from: refs of another set, lists in JSON, or one expression a line. */
import { isObject } from '../../records/isObject.ts';
import { DatasetError, type DatasetFiles, type FormatOption } from '../format.ts';
import { readRefs } from '../refer/refs.ts';

export const NEGATIVES_FROM: FormatOption = {
  name: 'negatives-from',
  description:
    'Files whose expressions are denied where nothing speaks for them: refs(...).p of another set, JSON, or a line for each. Commas part several.',
  default: '',
};

const MOST_LENGTH = 200;

/**
 * The expressions of files; a folder stands for the refs files in it.
 *
 * @param paths As the option has them.
 */
export async function readExpressions(files: DatasetFiles, paths: string): Promise<readonly string[]> {
  const expressions = new Set<string>();
  for (const path of paths.split(',').map((each) => each.trim())) {
    if (path === '') continue;
    for (const file of await filesAt(files, path))
      for await (const text of expressionsOf(files, file)) if (text.length <= MOST_LENGTH) expressions.add(text);
  }
  if (expressions.size === 0) throw new DatasetError(`negatives-from=${paths}: no expression was found there.`);
  return [...expressions];
}

async function filesAt(files: DatasetFiles, path: string): Promise<readonly string[]> {
  switch (await files.kind(path)) {
    case 'file':
      return [path];
    case 'folder': {
      const names = (await files.list(path)).map(({ name }) => name);
      return names.filter((name) => /^g?refs\(.*\)\.(?:p|json)$/.test(name)).map((name) => `${path}/${name}`);
    }
    default:
      throw new DatasetError(`negatives-from: ${path} is not there: check the path.`);
  }
}

async function* expressionsOf(files: DatasetFiles, path: string): AsyncGenerator<string> {
  if (/\.txt$/i.test(path)) {
    for await (const { text } of files.lines(path)) if (text.trim() !== '') yield text.trim();
    return;
  }
  if (/\.json$/i.test(path) && !/refs\(/.test(path)) {
    yield* textsOf(await files.json(path));
    return;
  }
  for await (const { ref } of readRefs(files, path))
    if (ref.ok) for (const { sent } of ref.value.sentences) if (sent !== '') yield sent;
}

/** Lists of texts, of refs, and objects of such lists, as MGLMM's `all_refer_classes.json`. */
function* textsOf(value: unknown): Generator<string> {
  for (const list of isObject(value) ? Object.values(value) : [value]) {
    if (!Array.isArray(list)) continue;
    for (const item of list) {
      if (typeof item === 'string') yield item;
      else if (isObject(item) && Array.isArray(item['sentences']))
        for (const sentence of item['sentences'])
          if (isObject(sentence) && typeof sentence['sent'] === 'string') yield sentence['sent'];
    }
  }
}
