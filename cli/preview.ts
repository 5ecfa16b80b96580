/** `uscdf preview`: paints the masks and a legend over the image. */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { ResourceCache } from '../core/files/resourceCache.ts';
import { decodeImage } from '../core/images/decode.ts';
import { encodePng } from '../core/images/encode.ts';
import { interFont } from '../core/images/font/inter.ts';
import { type OverviewLine, type OverviewMask, renderOverview } from '../core/images/overview.ts';
import { blankRaster, type Raster } from '../core/images/raster.ts';
import type { Font } from '../core/images/text.ts';
import { previewRecord } from '../core/language/preview.ts';
import type { PreviewRecord } from '../core/language/previewModel.ts';
import { RecordView } from '../core/language/recordView.ts';
import { fileKind, type RecordCell, UscdfDocument } from '../core/records/document.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { DiskFiles } from '../server/files.ts';
import { findInputs, USCDF_FILE } from './inputs.ts';
import { readTextFile } from './textFile.ts';

interface PreviewOptions {
  readonly record?: string;
  readonly output: string;
}

const FAILED = 2;
const MAX_IMAGE_BYTES = 200e6;

export function registerPreview(program: Command): void {
  program
    .command('preview')
    .summary('paint the masks and a legend over the image')
    .description('Writes one picture a record: the photograph with its masks, the conversation, and a legend.')
    .argument('<path...>', 'USCDF files, folders or globs')
    .option('--record <id>', 'only the record with this id')
    .requiredOption('-o, --output <file.png|folder>', 'a .png for one record, or a folder for any number')
    .action(async (paths: string[], options: PreviewOptions) => {
      process.exitCode = await preview(paths, options);
    });
}

async function preview(paths: readonly string[], options: PreviewOptions): Promise<number> {
  const refusal = refusedOutput(options.output);
  if (refusal !== undefined) {
    complain(refusal);
    return FAILED;
  }
  const { files, complaints } = findInputs(paths, (name) => fileKind(name) !== undefined, USCDF_FILE);
  for (const each of complaints) complain(each);
  let failed = complaints.length > 0;
  const jobs: { readonly file: string; readonly cell: RecordCell; readonly index: number }[] = [];
  for (const file of files) {
    const document = open(file);
    if (document.ok) jobs.push(...document.value.cells.map((cell, index) => ({ file, cell, index })));
    else {
      complain(document.message);
      failed = true;
    }
  }
  const wanted =
    options.record === undefined ? jobs : jobs.filter(({ cell, index }) => idOf(cell, index) === options.record);
  if (wanted.length === 0) {
    if (options.record !== undefined)
      complain(`No record has the id "${options.record}": leave --record out to see them all.`);
    else if (!failed) complain('These files hold no record.');
    return FAILED;
  }
  const single = options.output.toLowerCase().endsWith('.png') && !isFolder(options.output);
  if (single && wanted.length > 1) {
    complain(
      `${wanted.length} records do not fit into one picture: name a folder with -o, or one record with --record ID.`,
    );
    return FAILED;
  }
  const taken = new Set<string>();
  for (const { file, cell, index } of wanted) {
    const target = single ? options.output : join(options.output, `${freshName(idOf(cell, index), taken)}.png`);
    const written = await paint(file, cell, index, target);
    if (written.ok) process.stdout.write(`${target}\n`);
    else {
      complain(`${file}, record ${idOf(cell, index)}: ${written.message}`);
      failed = true;
    }
  }
  return failed ? FAILED : 0;
}

/** Why nothing can be written there; `undefined` for a folder, or a `.png`, that may not be there yet. */
function refusedOutput(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() || /\.png$/i.test(path)) return undefined;
  if (found !== undefined) return `-o ${path} is a file, and no .png: name a .png, or a folder.`;
  return /\.(?:jpe?g|gif|webp|bmp|tiff?|svg|avif|pdf)$/i.test(path)
    ? `-o ${path}: pictures are written as PNG only: name a .png, or a folder.`
    : undefined;
}

function open(file: string): Result<UscdfDocument> {
  const kind = fileKind(file);
  if (kind === undefined)
    return fail(`${file} is no USCDF file: its name must end in .uscdf, .uscdf.json or .uscdf.jsonl.`);
  const read = readTextFile(file);
  return read.ok ? ok(new UscdfDocument(kind, read.value.text)) : read;
}

async function paint(file: string, cell: RecordCell, index: number, target: string): Promise<Result<void>> {
  if (cell.record.problems.length > 0) return fail(`it does not parse: ${cell.record.problems[0]!.message}`);
  const files = new DiskFiles(dirname(resolve(file)));
  const resources = new ResourceCache(files);
  await resources.load(cell.record, { images: true });
  const view = new RecordView(cell.record, resources);
  const record = previewRecord(cell.record, index, [], resources);
  const image = await photograph(files, view);
  if (!image.ok) return image;
  const masks = paintable(view);
  const picture = renderOverview(
    { image: image.value, title: record.id, masks: masks.map(({ mask }) => mask), caption: captionOf(record, masks) },
    font(),
  );
  try {
    mkdirSync(dirname(resolve(target)), { recursive: true });
    writeFileSync(target, encodePng(picture));
    return ok(undefined);
  } catch (error) {
    return fail(`${target} cannot be written (${error instanceof Error ? error.message : String(error)}).`);
  }
}

async function photograph(files: DiskFiles, view: RecordView): Promise<Result<Raster>> {
  const { image } = view.model;
  if (image === undefined) return fail('it names no image.');
  const bytes = await files.read(image, MAX_IMAGE_BYTES);
  const decoded = bytes.ok ? decodeImage(bytes.value) : bytes;
  const size = view.model.imageSize;
  if (decoded.ok || size === undefined) return decoded;
  complain(`${decoded.message} The masks are painted on grey.`);
  return ok(blankRaster(size[1], size[0], [128, 128, 128]));
}

interface Paintable {
  readonly index: number;
  readonly mask: OverviewMask;
}

/** The masks that can be read; the others are findings of `uscdf lint`. */
function paintable(view: RecordView): readonly Paintable[] {
  return Array.from({ length: view.maskCount }, (_, index) => view.mask(index)).flatMap((mask): Paintable[] => {
    if (!mask.reading.ok) return [];
    const shown = { mask: mask.reading.mask, label: mask.label, color: mask.index };
    return [{ index: mask.index, mask: mask.score === undefined ? shown : { ...shown, score: mask.score } }];
  });
}

function captionOf(record: PreviewRecord, masks: readonly Paintable[]): readonly OverviewLine[] {
  const place = new Map(masks.map(({ index }, at) => [index, at]));
  return record.turns.map(({ role, parts }) => ({
    speaker: role === 'human' ? 'User' : 'Assistant',
    parts: parts.map((part) => {
      const mask = part.kind === 'phrase' && part.mask !== undefined ? place.get(part.mask) : undefined;
      return mask === undefined ? { text: part.text } : { text: part.text, mask };
    }),
  }));
}

let loaded: Font | undefined;
function font(): Font {
  loaded ??= interFont();
  return loaded;
}

function idOf(cell: RecordCell, index: number): string {
  return previewRecord(cell.record, index, [], undefined).id;
}

/** A file name for an id: no folder, nothing that a file system refuses, no name twice. */
function freshName(id: string, taken: Set<string>): string {
  const base =
    id
      .replace(/[^\p{L}\p{N}._-]+/gu, '_')
      .replace(/^\.+/, '')
      .slice(0, 100) || 'record';
  let name = base;
  for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${base}-${number}`;
  taken.add(name.toLowerCase());
  return name;
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function complain(message: string): void {
  process.stderr.write(`uscdf preview: ${message}\n`);
}
