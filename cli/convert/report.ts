/** What became of each item of a conversion, for people on standard error and for programs in a file. */
import type { ItemPlace } from '../../core/datasets/format.ts';

export interface ReportedItem extends ItemPlace {
  /** `rejected`: it is not in the output; `changed`: a part of it is not, or is another; `lost`: the format cannot hold a part of it. */
  readonly kind: 'rejected' | 'changed' | 'lost';
  readonly code: string;
  readonly message: string;
}

/** So many items are kept in full for the file; the counts go on. */
const MOST_ITEMS = 100_000;
/** So many of a code are shown on standard error. */
const EXAMPLES = 3;

export class ConversionReport {
  private readonly items: ReportedItem[] = [];
  private readonly counts = new Map<string, { readonly first: ReportedItem[]; count: number }>();
  private dropped = 0;
  private readonly lostImages = new Set<string>();
  /** Items whose photograph was not found. */
  private withoutImage = 0;
  records = 0;
  phrases = 0;
  masks = 0;

  constructor(
    private readonly from: string,
    private readonly to: string,
  ) {}

  add(item: ReportedItem): void {
    const key = `${item.kind} ${item.code}`;
    let known = this.counts.get(key);
    if (known === undefined) {
      known = { first: [], count: 0 };
      this.counts.set(key, known);
    }
    known.count++;
    if (known.first.length < EXAMPLES) known.first.push(item);
    if (this.items.length < MOST_ITEMS) this.items.push(item);
    else this.dropped++;
  }

  /** The photograph that a dataset names so was not found. */
  imageNotFound(name: string): void {
    this.withoutImage++;
    if (this.lostImages.size < EXAMPLES) this.lostImages.add(name);
  }

  count(kind: ReportedItem['kind']): number {
    let sum = 0;
    for (const [key, { count }] of this.counts) if (key.startsWith(`${kind} `)) sum += count;
    return sum;
  }

  /** Sentences for standard error: the sum, then each reason with its first items. */
  lines(outputs: readonly string[]): readonly string[] {
    const lines = [this.sum(outputs)];
    if (this.withoutImage > 0)
      lines.push(
        `${number(this.withoutImage, 'photograph')} not found (${[...this.lostImages].join(', ')}${this.withoutImage > this.lostImages.size ? ', …' : ''}), so that nobody can see or draft what the masks are on: name the folder with --images.`,
      );
    for (const [, { first, count }] of this.counts) {
      const { kind, code } = first[0]!;
      lines.push(`${number(count, 'item')} ${kind} (${code}):`);
      for (const { file, item, message } of first) lines.push(`  ${file}: ${item}: ${message}`);
      if (count > first.length) lines.push(`  … and ${count - first.length} more; --report FILE lists them.`);
    }
    return lines;
  }

  private sum(outputs: readonly string[]): string {
    if (outputs.length === 0)
      return `nothing was written, for none of ${number(this.count('rejected'), 'item')} became a record: see why below, and whether --from ${this.from} says what the input is.`;
    if (this.records === 0)
      return `the input holds no item, so ${outputs.join(', ')} holds no record: check the path, and whether --from ${this.from} says what it is.`;
    return `${number(this.records, 'record')} with ${number(this.phrases, 'phrase')} and ${number(this.masks, 'mask')} written to ${outputs.join(', ')}.`;
  }

  json(outputs: readonly string[]): string {
    const counts: Record<string, Record<string, number>> = { rejected: {}, changed: {}, lost: {} };
    for (const [, { first, count }] of this.counts) counts[first[0]!.kind]![first[0]!.code] = count;
    const { from, to, records, phrases, masks, withoutImage: imagesNotFound, items } = this;
    const more = this.dropped === 0 ? {} : { itemsLeftOut: this.dropped };
    return `${JSON.stringify({ version: 1, from, to, outputs, records, phrases, masks, imagesNotFound, counts, ...more, items }, null, 2)}\n`;
  }
}

function number(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
