/** Gathers the ids of the records of a stretch of a file, in the order of the records. */
import type { FileKeys } from '../../core/records/fileRecords.ts';
import type { StreamedRecord } from '../../server/recordStream.ts';
import type { IdBlock } from './task.ts';

export class IdCollector {
  private readonly hashes: number[] = [];
  private readonly offsets: number[] = [];
  private readonly lines: number[] = [];
  private readonly links: number[] = [];

  add({ id, links }: FileKeys, { byteOffset, line }: StreamedRecord): void {
    if (id === undefined && !links) return;
    const [low, high] = hashOf(id ?? '');
    this.hashes.push(low, high);
    this.offsets.push(byteOffset);
    this.lines.push(line);
    this.links.push(links ? 1 : 0);
  }

  block(): IdBlock {
    return {
      hashes: Uint32Array.from(this.hashes),
      offsets: Float64Array.from(this.offsets),
      lines: Uint32Array.from(this.lines),
      links: Uint8Array.from(this.links),
    };
  }
}

/** 64 bits in two words. Ids of one hash are compared themselves before anything is said of them. */
export function hashOf(id: string): readonly [low: number, high: number] {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b);
    high ^= high >>> 15;
  }
  return [mixed(low), mixed(high ^ id.length)];
}

function mixed(word: number): number {
  let x = Math.imul(word ^ (word >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
