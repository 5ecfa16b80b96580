/** Mapillary Vistas (docs/formats/mapillary.md). */
import { isObject } from '../../records/isObject.ts';
import { DatasetError, type DatasetFiles, type DatasetFormat, type ReadEvent, type ReadInput } from '../format.ts';
import { LABEL_MAP_OPTIONS, type LabelNames, readLabelMaps } from './labelMaps.ts';
import { classKey, LabelMapWriter } from './labelMapWriter.ts';

const VOID = 255;
/** The class of pixels that nobody labelled. */
const UNLABELLED = 'unlabeled';

export const mapillary: DatasetFormat = {
  kind: 'mapillary',
  title: 'Mapillary Vistas',
  page: {
    about:
      "Street scenes: `training/v2.0/labels/X.png` belongs to `training/images/X.jpg`, and `config_v2.0.json` in the set's folder names the classes of the values (`labels[].readable`).",
    mapping:
      "Each label map becomes a record of the task `semantic`, as for ADE20K, with the paper's conversion to several and absent classes (`multi`). Classes are named by `readable` in lower case. The PNGs in the folders `labels` are read, of each version that lies below the folders that are named; `instances` and `panoptic` are not. Written, the phrases of all records become the classes of a new `config_v2.0.json`.",
    lost: 'Reading leaves out what is unlabelled. Writing keeps the masks, and gives pixels that masks share to the later one; texts are lost.',
    commands: [
      'uscdf convert --from mapillary mapillary --images mapillary/validation/images -o mapillary.uscdf.jsonl',
      'uscdf convert --from mapillary mapillary/config_v2.0.json mapillary/validation/v2.0/labels --images mapillary/validation/images -o mapillary.uscdf.jsonl',
      'uscdf convert --to mapillary data.uscdf.jsonl -o mine',
    ],
  },
  readOptions: LABEL_MAP_OPTIONS,
  writesFolder: true,
  read,
  write: (output) => {
    const classes = new Map<string, number>();
    return new LabelMapWriter(output, 'the set', 'labels', {
      none: 0xffff,
      depth: 16,
      valueOf: (phrase) => {
        const key = classKey(phrase);
        if (!classes.has(key)) classes.set(key, classes.size);
        return classes.get(key);
      },
      end: (out) => {
        const labels = [...classes.keys()].map((readable) => ({
          name: readable.replace(/\s+/g, '-'),
          readable,
          evaluate: true,
        }));
        out.file('config_v2.0.json').write(`${JSON.stringify({ labels })}\n`);
      },
    });
  },
};

async function* read(input: ReadInput): AsyncGenerator<ReadEvent> {
  const folders = input.paths.filter((path) => !/\.json$/i.test(path));
  const labels = await readableNames(input.files, input.paths);
  const isClass = (name: string | undefined) => name !== undefined && name !== UNLABELLED && name !== '';
  const names: LabelNames = {
    words: (value) => (isClass(labels[value]) ? labels[value] : undefined),
    knows: (value) => value === VOID || value === NONE || labels[value] !== undefined,
    all: labels.filter(isClass),
  };
  yield* readLabelMaps({ ...input, paths: folders.length > 0 ? folders : foldersOf(input.paths) }, set, names);
}

const NONE = 0xffff;

/** The classes by value, from the configuration that was named or that lies in one of the folders or above it. */
async function readableNames(files: DatasetFiles, paths: readonly string[]): Promise<readonly string[]> {
  for (const path of paths) {
    for (const candidate of configsFor(path)) {
      if ((await files.kind(candidate)) !== 'file') continue;
      const value = await files.json(candidate);
      const labels = isObject(value) ? value['labels'] : undefined;
      if (!Array.isArray(labels))
        throw new DatasetError(`${candidate} has no list "labels": name Mapillary's config_v2.0.json.`);
      return labels.map((label) =>
        isObject(label)
          ? String(label['readable'] ?? '')
              .toLowerCase()
              .trim()
          : '',
      );
    }
  }
  throw new DatasetError(
    `${paths.join(', ')}: there is no config_v2.0.json, which names the classes: name it beside the folder.`,
  );
}

function configsFor(path: string): readonly string[] {
  if (/\.json$/i.test(path)) return [path];
  const above: string[] = [path];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) above.push(path.slice(0, end));
  return [...above.map((folder) => `${folder}/config_v2.0.json`), 'config_v2.0.json'];
}

function foldersOf(paths: readonly string[]): readonly string[] {
  return paths.map((path) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.'));
}

const set = {
  kind: mapillary.kind,
  isLabelMap: (path: string) => /(^|\/)labels\//.test(path),
  photographs(labelMap: string) {
    const photograph = labelMap.replace(/\.png$/i, '.jpg');
    const moved = photograph.replace(/(^|\/)(?:v\d[\d.]*\/)?labels\//, '$1images/');
    return [photograph.slice(photograph.lastIndexOf('/') + 1), moved];
  },
};
