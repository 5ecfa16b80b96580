/** Looks for what an evaluation set shares with the training files. */
import { dirname, resolve } from 'node:path';
import { hashDistance, type ImageHash } from '../../core/quality/imageHash.ts';
import { cocoNumber, imageKey, lastPart } from '../../core/quality/imageKey.ts';
import { CaptionLeaks } from '../../core/quality/leakIndex.ts';
import type { CaptionLeak, ImageLeak, ImageReason, LeakReport, LeakSide } from '../../core/quality/leakReport.ts';
import { captionWords, jaccard, shinglesOf } from '../../core/quality/wording.ts';
import { isRemote } from '../../core/records/recordModel.ts';
import { contentHash, fileSize, lookOf } from './imageFiles.ts';
import { PlaceIndex } from './placeIndex.ts';
import { placedRecords } from './records.ts';
import type { Watch } from './work.ts';

export interface LeakOptions {
  /** Captions are alike from this share of common word triples on. */
  readonly similarity: number;
  /** In how many of 64 bits the hashes of two pictures of one look may differ; `undefined` leaves looks out. */
  readonly bits: number | undefined;
}

/** Pictures of one name whose hashes differ in more bits are two pictures. */
const OTHER_LOOK = 16;

/** An image of one of the two sets. */
interface KnownImage {
  /** The absolute path, or the URL. */
  readonly path: string;
  /** The first record that shows it. */
  readonly record: number;
}

/** The images of a set by what they are recognised by. */
type Images = Map<string, KnownImage>;

export async function findLeaks(
  training: readonly string[],
  evaluation: readonly string[],
  options: LeakOptions,
  watch: Watch,
): Promise<LeakReport> {
  const search = new Search([...training, ...evaluation], options, watch);
  try {
    const trained = await search.index(training, 0);
    const evaluated = await search.index(evaluation, training.length);
    const images = await search.imageLeaks();
    return {
      version: 1,
      training: { records: trained, images: search.training.size },
      evaluation: { records: evaluated, images: search.evaluation.size },
      images,
      captions: await search.captionLeaks(),
    };
  } finally {
    await search.close();
  }
}

class Search {
  readonly training: Images = new Map();
  readonly evaluation: Images = new Map();
  private readonly captions = new CaptionLeaks();
  private readonly places: PlaceIndex;

  constructor(
    paths: readonly string[],
    private readonly options: LeakOptions,
    private readonly watch: Watch,
  ) {
    this.places = new PlaceIndex(paths, watch);
  }

  close(): Promise<void> {
    return this.places.close();
  }

  /** Takes in files, whose numbers begin at `offset`; the number of records. */
  async index(files: readonly string[], offset: number): Promise<number> {
    const images = offset === 0 ? this.training : this.evaluation;
    const before = this.places.size;
    for await (const { model, place, file } of placedRecords(files, this.watch)) {
      if (model.source.problems.length > 0) continue;
      const record = this.places.size;
      this.places.add(offset + file, place);
      const { image } = model;
      if (image !== undefined && image !== '') {
        const path = isRemote(image) ? image : resolve(dirname(place.path), image);
        const key = imageKey(path);
        if (!images.has(key)) images.set(key, { path, record });
      }
      const words = captionWords(model);
      if (words === undefined) continue;
      if (offset === 0) this.captions.addTraining(record, words);
      else this.captions.addEvaluation(record, words);
    }
    return this.places.size - before;
  }

  /** For each image of the evaluation the surest reason to take it for one of the training's. */
  async imageLeaks(): Promise<readonly ImageLeak[]> {
    const open = new Map(this.evaluation);
    const leaks: ImageLeak[] = [];
    const take = async (key: string, reason: ImageReason, training: KnownImage) => {
      const evaluation = open.get(key)!;
      open.delete(key);
      leaks.push({
        reason,
        training: await this.side(training.record),
        evaluation: await this.side(evaluation.record),
      });
    };
    for (const [key, image] of this.evaluation) {
      const training = this.training.get(key);
      if (training === undefined) continue;
      const isCoco = training.path !== image.path && cocoNumber(image.path) !== undefined;
      await take(key, isCoco ? 'coco-id' : 'same-file', training);
    }
    await this.sameBytes(open, take);
    if (this.options.bits !== undefined) await this.sameLook(open, this.options.bits, take);
    await this.sameName(open, take);
    return leaks;
  }

  async captionLeaks(): Promise<readonly CaptionLeak[]> {
    const best = new Map<number, { training: number; similarity: number }>();
    for (const { training, evaluation } of this.captions.candidates()) {
      if (this.watch.signal.aborted) break;
      const known = best.get(evaluation);
      if (known?.training === training) continue;
      const similarity = jaccard(await this.shingles(training), await this.shingles(evaluation));
      if (similarity >= this.options.similarity && similarity > (known?.similarity ?? 0))
        best.set(evaluation, { training, similarity });
    }
    const pairs = [
      ...this.captions.equal.map((pair) => ({ ...pair, equal: true, similarity: 1 })),
      ...[...best].map(([evaluation, found]) => ({ ...found, evaluation, equal: false })),
    ].sort((a, b) => a.evaluation - b.evaluation);
    const leaks: CaptionLeak[] = [];
    for (const { equal, similarity, training, evaluation } of pairs)
      leaks.push({ equal, similarity, training: await this.side(training), evaluation: await this.side(evaluation) });
    return leaks;
  }

  /** Only files of one size are read. */
  private async sameBytes(open: Images, take: Take): Promise<void> {
    const bySize = new Map<number, KnownImage[]>();
    const sizes = new Map<string, number>();
    for (const [key, { path }] of open) {
      const size = fileSize(path);
      if (size !== undefined) sizes.set(key, size);
    }
    const wanted = new Set(sizes.values());
    for (const image of this.training.values()) {
      const size = wanted.size === 0 ? undefined : fileSize(image.path);
      if (size === undefined || !wanted.has(size)) continue;
      const same = bySize.get(size);
      if (same === undefined) bySize.set(size, [image]);
      else same.push(image);
    }
    const hashes = new Map<string, string | undefined>();
    const hashOf = async (path: string) => {
      if (!hashes.has(path)) hashes.set(path, await contentHash(path));
      return hashes.get(path);
    };
    for (const [key, size] of sizes) {
      const candidates = bySize.get(size) ?? [];
      if (candidates.length === 0 || this.watch.signal.aborted) continue;
      const own = await contentHash(open.get(key)!.path);
      for (const image of candidates) {
        if (own === undefined || (await hashOf(image.path)) !== own) continue;
        await take(key, 'same-bytes', image);
        break;
      }
    }
  }

  private async sameLook(open: Images, bits: number, take: Take): Promise<void> {
    const looks: { readonly look: ImageHash; readonly image: KnownImage }[] = [];
    for (const image of open.size === 0 ? [] : this.training.values()) {
      if (this.watch.signal.aborted) return;
      const look = await lookOf(image.path);
      if (look !== undefined) looks.push({ look, image });
    }
    for (const [key, { path }] of [...open]) {
      if (this.watch.signal.aborted) return;
      const own = await lookOf(path);
      const found = own && looks.find(({ look }) => hashDistance(look, own) <= bits);
      if (found !== undefined) await take(key, 'same-look', found.image);
    }
  }

  /** Two files of one name that can be seen to be different pictures are no leak. */
  private async sameName(open: Images, take: Take): Promise<void> {
    const byName = new Map<string, KnownImage>();
    for (const image of this.training.values()) {
      const name = lastPart(image.path).toLowerCase();
      if (!byName.has(name)) byName.set(name, image);
    }
    for (const [key, image] of [...open]) {
      const training = byName.get(lastPart(image.path).toLowerCase());
      if (training === undefined || this.watch.signal.aborted) continue;
      const [a, b] = [await lookOf(image.path), await lookOf(training.path)];
      if (a !== undefined && b !== undefined && hashDistance(a, b) > OTHER_LOOK) continue;
      await take(key, 'same-name', training);
    }
  }

  private async shingles(record: number): Promise<Uint32Array> {
    const model = await this.places.read(record);
    return shinglesOf((model && captionWords(model)) ?? []);
  }

  private async side(record: number): Promise<LeakSide> {
    const model = await this.places.read(record);
    const { path, line } = this.places.place(record);
    return { file: path, line, record: model?.id ?? null, image: model?.image ?? '' };
  }
}

/** Takes an image of the evaluation as found. */
type Take = (key: string, reason: ImageReason, training: KnownImage) => Promise<void>;
