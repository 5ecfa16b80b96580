/** Looks for duplicates in files: an index of all records first, then a second look at those that may be alike. */
import { iou } from '../../core/masks/geometry.ts';
import type { DuplicateGroup, DuplicateMember, DuplicateReport } from '../../core/quality/duplicateReport.ts';
import { DuplicateIndex, type DuplicateKind } from '../../core/quality/duplicates.ts';
import type { Group } from '../../core/quality/groups.ts';
import { recordFacts } from '../../core/quality/recordFacts.ts';
import { answerWords, captionWords, jaccard, shinglesOf } from '../../core/quality/wording.ts';
import type { RecordModel } from '../../core/records/recordModel.ts';
import { PlaceIndex } from './placeIndex.ts';
import { imageKeyOf, placedRecords } from './records.ts';
import type { Watch } from './work.ts';

export interface DuplicateOptions {
  readonly kinds: readonly DuplicateKind[];
  /** Masks are alike from this intersection over union on, 0 to 1. */
  readonly iou: number;
  /** Captions are alike from this share of common word triples on. */
  readonly similarity: number;
}

export async function findDuplicates(
  files: readonly string[],
  options: DuplicateOptions,
  watch: Watch,
): Promise<DuplicateReport> {
  const index = new DuplicateIndex(options.kinds);
  const withMasks = options.kinds.some((kind) => kind !== 'captions');
  const places = new PlaceIndex(files, watch);
  try {
    for await (const { model, place, file } of placedRecords(files, watch)) {
      if (model.source.problems.length > 0) continue;
      index.add(recordFacts(model, imageKeyOf(model, place.path), places.size, withMasks));
      places.add(file, place);
    }
    const search = new Search(index, places, options, watch.signal);
    return { version: 1, files: files.length, records: places.size, groups: await search.groups() };
  } finally {
    await places.close();
  }
}

class Search {
  constructor(
    private readonly index: DuplicateIndex,
    private readonly places: PlaceIndex,
    private readonly options: DuplicateOptions,
    private readonly signal: AbortSignal,
  ) {}

  async groups(): Promise<readonly DuplicateGroup[]> {
    const { kinds } = this.options;
    if (kinds.includes('records')) await this.nearRecords();
    if (kinds.includes('captions')) await this.nearCaptions();
    if (kinds.includes('masks')) await this.nearMasks();
    const groups: DuplicateGroup[] = [];
    if (this.signal.aborted) return groups;
    for (const group of this.index.records.all()) groups.push(await this.recordGroup('records', group));
    for (const group of this.index.captions.all()) groups.push(await this.recordGroup('captions', group));
    for (const group of this.index.masks.all()) groups.push(await this.maskGroup(group));
    if (kinds.includes('masks'))
      for (const members of this.index.copiedMasks())
        groups.push(await this.maskGroup({ members, equal: true, similarity: 1 }));
    return groups;
  }

  private async nearRecords(): Promise<void> {
    const { records } = this.index;
    for (const [a, b] of this.index.recordCandidates(this.options.iou)) {
      if (this.signal.aborted) return;
      if (records.joined(a, b)) continue;
      const [first, second] = [await this.places.read(a), await this.places.read(b)];
      if (first === undefined || second === undefined) continue;
      const words = jaccard(shinglesOf(answerWords(first)), shinglesOf(answerWords(second)));
      if (words < this.options.similarity) continue;
      const masks = leastIou(first, second);
      if (masks >= this.options.iou) records.joinAlike(a, b, Math.min(words, masks));
    }
  }

  private async nearCaptions(): Promise<void> {
    const { captions } = this.index;
    for (const [a, b] of this.index.captionCandidates()) {
      if (this.signal.aborted) return;
      if (captions.joined(a, b)) continue;
      const [first, second] = [await this.shingles(a), await this.shingles(b)];
      const words = jaccard(first, second);
      if (words >= this.options.similarity) captions.joinAlike(a, b, words);
    }
  }

  private async nearMasks(): Promise<void> {
    const { masks } = this.index;
    for (const [a, b] of this.index.maskCandidates(this.options.iou)) {
      if (this.signal.aborted) return;
      if (masks.joined(a, b)) continue;
      const [first, second] = [await this.mask(a), await this.mask(b)];
      const shared = first === undefined || second === undefined ? 0 : iou(first, second);
      if (shared >= this.options.iou) masks.joinAlike(a, b, shared);
    }
  }

  private async shingles(record: number): Promise<Uint32Array> {
    const model = await this.places.read(record);
    return shinglesOf((model && captionWords(model)) ?? []);
  }

  private async mask(number: number) {
    const { record, mask } = this.index.maskPlace(number);
    const reading = (await this.places.read(record))?.reading(mask);
    return reading?.ok ? reading.mask : undefined;
  }

  private async recordGroup(kind: 'records' | 'captions', group: Group): Promise<DuplicateGroup> {
    const members: DuplicateMember[] = [];
    const images = new Set<string | undefined>();
    for (const record of group.members) {
      const model = await this.places.read(record);
      const place = this.places.place(record);
      images.add((model && imageKeyOf(model, place.path)) ?? `record ${record}`);
      members.push({ file: place.path, line: place.line, record: model?.id ?? null });
    }
    const { equal, similarity } = group;
    return { kind, equal, similarity, sameImage: images.size === 1, members };
  }

  private async maskGroup({ members: masks, equal, similarity }: Group): Promise<DuplicateGroup> {
    const members: DuplicateMember[] = [];
    for (const number of masks) {
      const { record, mask } = this.index.maskPlace(number);
      const model = await this.places.read(record);
      const { path, line } = this.places.place(record);
      const phrase = model?.segs[mask]?.seg.phrase?.text ?? '';
      members.push({ file: path, line, record: model?.id ?? null, mask, phrase });
    }
    const sameImage = masks.every((mask) => this.index.sameImage(mask, masks[0]!));
    return { kind: 'masks', equal, similarity, sameImage, members };
  }
}

/** The least intersection over union of the masks of two records in their order; 0 where one cannot be read. */
function leastIou(a: RecordModel, b: RecordModel): number {
  let least = 1;
  for (let i = 0; i < (a.masks?.length ?? 0) && least > 0; i++) {
    const [first, second] = [a.reading(i), b.reading(i)];
    least = Math.min(least, first.ok && second.ok ? Math.max(0, iou(first.mask, second.mask)) : 0);
  }
  return least;
}
