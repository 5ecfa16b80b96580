/** A document that is open in the editor, with the facts about the files it refers to. */

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MAX_SIDECAR_BYTES, ResourceCache } from '../core/files/resourceCache.ts';
import { LanguageService } from '../core/language/languageService.ts';
import { type FileKind, fileKind, UscdfDocument } from '../core/records/document.ts';
import { RecordModel } from '../core/records/recordModel.ts';
import type { Result } from '../core/result.ts';
import { fail } from '../core/result.ts';
import { DiskFiles } from './files.ts';

const MAX_IMAGE_BYTES = 100e6;
/** After so many milliseconds of work the server looks whether a request waits. */
const SLICE_MS = 10;

const KIND_OF_LANGUAGE: Readonly<Record<string, FileKind>> = {
  uscdf: 'uscdf',
  'uscdf-json': 'json',
  'uscdf-jsonl': 'jsonl',
};

export class OpenDocument {
  readonly document: UscdfDocument;
  readonly resources: ResourceCache;
  readonly folder: string | undefined;
  /** Its own, since each folder may have its own settings. */
  readonly service = new LanguageService();
  private readonly files: DiskFiles | undefined;

  constructor(
    readonly uri: string,
    languageId: string,
    public version: number,
    text: string,
  ) {
    this.document = new UscdfDocument(KIND_OF_LANGUAGE[languageId] ?? fileKind(uri) ?? 'uscdf', text);
    this.folder = uri.startsWith('file:') ? dirname(fileURLToPath(uri)) : undefined;
    this.files = this.folder === undefined ? undefined : new DiskFiles(this.folder);
    const unsaved = async () =>
      fail<Uint8Array>('This document is not saved yet, so its images have no place: save it first.');
    this.resources = new ResourceCache(this.files ?? { read: unsaved, readEnds: unsaved });
  }

  readImage(path: string): Promise<Result<Uint8Array>> {
    return (
      this.files?.read(path, MAX_IMAGE_BYTES) ?? Promise.resolve(fail('This document is not saved yet: save it first.'))
    );
  }

  /**
   * Loads what a change of a record's masks must know; returns the text of the file that its `masks` name, as it is on disk
   * now, if they name one that can be read.
   */
  async loadForShaping(record: number): Promise<string | undefined> {
    const source = this.document.cells[record]?.record;
    if (source === undefined || source.problems.length > 0) return undefined;
    await this.resources.load(source, { images: this.files !== undefined });
    const { sidecar } = new RecordModel(source);
    const bytes = sidecar === undefined ? undefined : await this.files?.read(sidecar, MAX_SIDECAR_BYTES);
    return bytes?.ok ? new TextDecoder().decode(bytes.value) : undefined;
  }

  /**
   * Runs the checks that decode masks and open images, record by record, giving way to requests in between. Stops when
   * `cancelled` says so. Returns whether anything new was found.
   */
  async checkPixels(cancelled: () => boolean): Promise<boolean> {
    let changed = false;
    const pause = slices(cancelled);
    for (const cell of [...this.document.cells]) {
      const { record } = cell;
      if (record.problems.length > 0 || this.service.pixelsChecked(record)) continue;
      await this.resources.load(record, { images: this.files !== undefined });
      if (cancelled()) return changed;
      changed = this.service.checkPixels(record, this.resources) || changed;
      const paused = pause();
      if (paused !== undefined && !(await paused)) return changed;
    }
    return changed;
  }

  /** Runs the checks that compare the records, in the same manner. Returns whether any finding came or went. */
  async checkFile(cancelled: () => boolean): Promise<boolean> {
    if (cancelled()) return false;
    return this.service.checkFile(this.document, this.resources, {
      load: async (records) => {
        await this.resources.loadTogether(records, { images: this.files !== undefined });
        return !cancelled();
      },
      pause: slices(cancelled),
    });
  }
}

/** Lets requests in after each slice of work; the promise says whether the work is still wanted. */
function slices(cancelled: () => boolean): () => Promise<boolean> | undefined {
  let end = performance.now() + SLICE_MS;
  return () => {
    if (performance.now() <= end) return undefined;
    return new Promise((resume) =>
      setImmediate(() => {
        end = performance.now() + SLICE_MS;
        resume(!cancelled());
      }),
    );
  };
}
