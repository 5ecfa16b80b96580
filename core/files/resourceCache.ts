/**
 * What records refer to outside their file: images, masks in sidecars, label maps. Loaded ahead, asynchronously, so that
 * the checks themselves stay plain functions.
 */
import { probeImage } from '../images/probe.ts';
import { decodeLabelMap, type LabelMap } from '../masks/labelMap.ts';
import { isObject } from '../records/jsonRecord.ts';
import { type ImageFacts, isRemote, RecordModel, type Resources } from '../records/recordModel.ts';
import type { SourceRecord } from '../records/sourceRecord.ts';
import { fail, ok, type Result } from '../result.ts';

/** Reads files by a path relative to a document. */
export interface Files {
  /** The file's bytes; a failure says what is wrong and what to do. */
  read(path: string, limitBytes: number): Promise<Result<Uint8Array>>;
  /** Its first and last bytes in one piece: enough to learn an image's size and whether it is whole. */
  readEnds(path: string): Promise<Result<Uint8Array>>;
}

const MAX_SIDECAR_BYTES = 200e6;
const MAX_LABEL_MAP_BYTES = 100e6;
/** Facts of that many files are remembered; label maps are large, so only the latest few. */
const MAX_FACTS = 50_000;
const MAX_LABEL_MAPS = 8;

export class ResourceCache implements Resources {
  private readonly images = new Map<string, ImageFacts>();
  private readonly sidecars = new Map<string, Result<readonly unknown[]>>();
  private readonly maps = new Map<string, Result<LabelMap>>();

  constructor(private readonly files: Files) {}

  image(path: string): ImageFacts | undefined {
    return this.images.get(path);
  }

  sidecar(path: string): Result<readonly unknown[]> | undefined {
    return this.sidecars.get(path);
  }

  labelMap(file: string): Result<LabelMap> | undefined {
    return this.maps.get(file);
  }

  /** Forgets everything: a file has changed. */
  clear(): void {
    this.images.clear();
    this.sidecars.clear();
    this.maps.clear();
  }

  /** Loads what a record needs and is not known yet; never rejects. */
  async load(source: SourceRecord, options: { readonly images: boolean } = { images: true }): Promise<void> {
    const record = new RecordModel(source);
    if (record.sidecar !== undefined) await this.loadSidecar(record.sidecar);
    if (options.images && record.image !== undefined) await this.loadImage(record.image);
    for (const mask of new RecordModel(source, this).masks ?? []) {
      const file = isObject(mask) && mask['counts'] === undefined ? mask['file'] : undefined;
      if (typeof file === 'string') await this.loadMap(file);
    }
  }

  private async loadImage(path: string): Promise<void> {
    if (this.images.has(path) || isRemote(path)) return;
    if (this.images.size >= MAX_FACTS) this.images.clear();
    this.images.set(path, await this.imageFacts(path));
  }

  private async imageFacts(path: string): Promise<ImageFacts> {
    const bytes = await this.files.readEnds(path);
    if (!bytes.ok) return { ok: false, message: bytes.message };
    const facts = probeImage(bytes.value);
    if (!facts.ok) return { ok: false, message: `The image ${path} cannot be decoded: ${facts.message}` };
    const { width, height, complete } = facts.value;
    if (complete) return { ok: true, width, height };
    return {
      ok: false,
      message: `The image ${path} ends too early, so loaders fail on it: copy or download it again.`,
    };
  }

  private async loadSidecar(path: string): Promise<void> {
    if (this.sidecars.has(path)) return;
    this.sidecars.set(path, await this.readSidecar(path));
  }

  private async readSidecar(path: string): Promise<Result<readonly unknown[]>> {
    const bytes = await this.files.read(path, MAX_SIDECAR_BYTES);
    if (!bytes.ok) return bytes;
    try {
      const masks: unknown = JSON.parse(new TextDecoder().decode(bytes.value));
      if (Array.isArray(masks)) return ok(masks);
    } catch {
      // Said below, with what to do.
    }
    return fail(
      `The file ${path} is no JSON list of masks, so the record has none: write one mask for each [SEG] into a list.`,
    );
  }

  private async loadMap(file: string): Promise<void> {
    if (this.maps.has(file)) return;
    const bytes = await this.files.read(file, MAX_LABEL_MAP_BYTES);
    const map = bytes.ok ? decodeLabelMap(bytes.value) : fail<LabelMap>(bytes.message);
    const oldest = this.maps.size >= MAX_LABEL_MAPS ? this.maps.keys().next().value : undefined;
    if (oldest !== undefined) this.maps.delete(oldest);
    this.maps.set(file, map);
  }
}
