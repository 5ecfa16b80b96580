/**
 * What records refer to outside their file: images, masks in sidecars, label maps. Loaded ahead, asynchronously, so that
 * the checks themselves stay plain functions.
 */
import { probeImage } from '../images/probe.ts';
import { decodeLabelMap, type LabelMap } from '../masks/labelMap.ts';
import { isObject } from '../records/isObject.ts';
import { type ImageFacts, isRemote, RecordModel, type Resources } from '../records/recordModel.ts';
import type { SourceRecord } from '../records/sourceRecord.ts';
import { fail, ok, type Result } from '../result.ts';
import { BoundedCache } from './boundedCache.ts';

/** Reads files by a path relative to a document. */
export interface Files {
  /** The file's bytes; a failure says what is wrong and what to do. */
  read(path: string, limitBytes: number): Promise<Result<Uint8Array>>;
  /** Its first and last bytes in one piece: enough to learn an image's size and whether it is whole. */
  readEnds(path: string): Promise<Result<Uint8Array>>;
}

export const MAX_SIDECAR_BYTES = 200e6;
const MAX_LABEL_MAP_BYTES = 100e6;
/** Facts of that many images are remembered. */
const MAX_FACTS = 50_000;
/** So many bytes of sidecars are remembered: more than two of the largest. */
const SIDECAR_MEMORY = 500e6;
/** Decoded label maps take four bytes a pixel. The maps of one record may fill all of it, one of 100 megapixels too. */
const LABEL_MAP_MEMORY = 512e6;
const BYTES_A_PIXEL = 4;
/** What a failure weighs, so that these do not pile up either. */
const FAILURE_BYTES = 1_000;

export class ResourceCache implements Resources {
  private readonly images = new Map<string, ImageFacts>();
  private readonly sidecars = new BoundedCache<Result<readonly unknown[]>>(SIDECAR_MEMORY);
  private readonly maps: BoundedCache<Result<LabelMap>>;
  /** Label maps that found no room beside the others of their record; beside those of the next one they may. */
  private readonly leftOut = new Set<string>();

  constructor(
    private readonly files: Files,
    private readonly labelMapMemory = LABEL_MAP_MEMORY,
  ) {
    this.maps = new BoundedCache(labelMapMemory);
  }

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
    this.leftOut.clear();
  }

  /** Loads what a record needs and is not known yet; never rejects. */
  load(source: SourceRecord, options: { readonly images: boolean } = { images: true }): Promise<void> {
    return this.loadTogether([source], options);
  }

  /** Loads what some records need, so that all of it is known at once; never rejects. */
  async loadTogether(sources: readonly SourceRecord[], options: { readonly images: boolean }): Promise<void> {
    const records = sources.map((source) => new RecordModel(source, this));
    const sidecars = new Set(records.flatMap(({ sidecar }) => sidecar ?? []));
    for (const path of sidecars) await this.loadSidecar(path, sidecars);
    if (options.images) for (const { image } of records) if (image !== undefined) await this.loadImage(image);
    const maps = new Set<string>();
    for (const record of records) addLabelMaps(maps, record);
    if (maps.size === 0) return;
    for (const file of this.leftOut) this.maps.delete(file);
    this.leftOut.clear();
    for (const file of maps) await this.loadMap(file, maps);
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

  private async loadSidecar(path: string, needed: ReadonlySet<string>): Promise<void> {
    if (this.sidecars.has(path)) return;
    const bytes = await this.files.read(path, MAX_SIDECAR_BYTES);
    const weight = bytes.ok ? bytes.value.length + FAILURE_BYTES : FAILURE_BYTES;
    this.sidecars.makeRoom(weight, needed);
    this.sidecars.set(path, bytes.ok ? this.parseSidecar(path, bytes.value) : bytes, weight);
  }

  private parseSidecar(path: string, bytes: Uint8Array): Result<readonly unknown[]> {
    try {
      const masks: unknown = JSON.parse(new TextDecoder().decode(bytes));
      if (Array.isArray(masks)) return ok(masks);
    } catch {
      // Said below, with what to do.
    }
    return fail(
      `The file ${path} is no JSON list of masks, so the record has none: write one mask for each [SEG] into a list.`,
    );
  }

  private async loadMap(file: string, needed: ReadonlySet<string>): Promise<void> {
    if (this.maps.has(file)) return;
    const bytes = await this.files.read(file, MAX_LABEL_MAP_BYTES);
    const probe = bytes.ok ? probeImage(bytes.value) : bytes;
    const weight = FAILURE_BYTES + (probe.ok ? BYTES_A_PIXEL * probe.value.width * probe.value.height : 0);
    if (!bytes.ok) {
      this.maps.makeRoom(weight, needed);
      this.maps.set(file, fail(bytes.message), weight);
    } else if (this.maps.makeRoom(weight, needed)) {
      this.maps.set(file, decodeLabelMap(bytes.value), weight);
    } else {
      const limit = Math.round(this.labelMapMemory / 1e6);
      const message = `The label maps of this record need more than ${limit} MB of memory together, and this one found no room: name fewer or smaller ones.`;
      this.maps.set(file, fail(message), FAILURE_BYTES);
      this.leftOut.add(file);
    }
  }
}

/** Adds the label maps that a record's masks name. */
function addLabelMaps(files: Set<string>, { masks }: RecordModel): void {
  for (const mask of masks ?? []) {
    const file = isObject(mask) && mask['counts'] === undefined ? mask['file'] : undefined;
    if (typeof file === 'string') files.add(file);
  }
}
