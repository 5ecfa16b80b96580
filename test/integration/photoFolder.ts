/** A folder on the disk with a real photograph, and records about it. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FileKind } from '../../core/records/document.ts';
import { writeFile } from '../../core/records/writeRecord.ts';
import { REPOSITORY } from './builtBundles.ts';
import { OpenFile } from './openFile.ts';
import type { ServerClient } from './serverClient.ts';

/** Two riders on a beach; pixels. */
export const PHOTO = { path: 'images/riders.jpg', width: 640, height: 424 } as const;

export const LANGUAGE: Readonly<Record<FileKind, string>> = {
  uscdf: 'uscdf',
  json: 'uscdf-json',
  jsonl: 'uscdf-jsonl',
};
export const ENDING: Readonly<Record<FileKind, string>> = {
  uscdf: '.uscdf',
  json: '.uscdf.json',
  jsonl: '.uscdf.jsonl',
};

export class PhotoFolder {
  private readonly path = mkdtempSync(join(tmpdir(), 'uscdf-server-'));
  private count = 0;

  constructor() {
    mkdirSync(join(this.path, 'images'));
    copyFileSync(join(REPOSITORY, 'test/fixtures/photos/000000214753.jpg'), join(this.path, PHOTO.path));
  }

  write(name: string, text: string): string {
    const path = join(this.path, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Writes a file and opens it; each has a name of its own. */
  open(client: ServerClient, kind: FileKind, text: string, under = '.'): OpenFile {
    const path = this.write(join(under, `file-${this.count++}${ENDING[kind]}`), text);
    return new OpenFile(client, pathToFileURL(path).href, LANGUAGE[kind], text);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A mask of the photograph: a rectangle in pixels. */
export function rectangle(
  x: number,
  y: number,
  width: number,
  height: number,
  size: readonly number[] = [PHOTO.height, PHOTO.width],
) {
  const [right, bottom] = [x + width, y + height];
  return { size, polygons: [[x, y, right, y, right, bottom, x, bottom]] };
}

export const HORSE = rectangle(100, 120, 160, 80);
export const RIDER = rectangle(300, 60, 40, 100);

/** A record without a mistake, as far as `more` leaves it one. */
export function aboutRiders(
  more: Readonly<Record<string, unknown>> = {},
  question = 'Please segment the horse, the zebra, and the rider in this image.',
  answer = GOOD_ANSWER,
): Record<string, unknown> {
  return {
    id: 'riders',
    image: PHOTO.path,
    width: PHOTO.width,
    height: PHOTO.height,
    task: 'referring',
    conversations: [
      { from: 'human', value: `<image>\n${question}` },
      { from: 'gpt', value: answer },
    ],
    masks: [HORSE, RIDER],
    ...more,
  };
}

export const GOOD_ANSWER =
  "Sure, <p> horse </p> [SEG] and <p> rider </p> [SEG]. But I don't see any zebra in this image.";

export function answered(answer: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return aboutRiders(more, undefined, answer);
}

export function fileOf(kind: FileKind, ...records: readonly Readonly<Record<string, unknown>>[]): string {
  const text = writeFile(kind, records);
  if (!text.ok) throw new Error(text.message);
  return text.value;
}
