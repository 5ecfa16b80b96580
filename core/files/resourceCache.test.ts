import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { JsonRecord } from '../records/jsonRecord.ts';
import { fail, ok } from '../result.ts';
import { checkRecord } from '../rules/checkRecord.ts';
import { recordAround } from '../testing/fixtures.ts';
import { BoundedCache } from './boundedCache.ts';
import { type Files, ResourceCache } from './resourceCache.ts';

const SIDE = 10;
/** What a decoded map of the test takes, with what the cache adds for itself. */
const MAP_BYTES = 4 * SIDE * SIDE + 1_000;

/** Ten rows, ten columns; row k holds the value k. */
const labelMap = encode({
  width: SIDE,
  height: SIDE,
  channels: 1,
  depth: 8,
  data: Uint8Array.from({ length: SIDE * SIDE }, (_, i) => Math.floor(i / SIDE)),
});

function disk(): Files & { readonly reads: string[] } {
  const reads: string[] = [];
  const read = async (path: string) => {
    reads.push(path);
    if (path.endsWith('.json')) return ok(new TextEncoder().encode('[{"size": [10, 10], "counts": [0, 100]}]'));
    return path.startsWith('gone') ? fail<Uint8Array>(`The file ${path} is not there.`) : ok(labelMap);
  };
  return { reads, read, readEnds: read };
}

/** A record whose every mask is a row of a label map of its own. */
function recordOf(files: readonly string[]): JsonRecord {
  const answer = files.map((_, i) => `<p> thing-${i} </p> [SEG]`).join(' ');
  const masks = files.map((file, i) => ({ size: [SIDE, SIDE], file, value: i % SIDE }));
  return new JsonRecord(JSON.stringify(recordAround(answer, { masks, width: SIDE, height: SIDE })));
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `labels-${i}.png`);
const findings = (record: JsonRecord, resources: ResourceCache) =>
  checkRecord(record, { scopes: ['pixels'], resources });

describe('label maps', () => {
  it('are all there for a record that names thirty', async () => {
    const resources = new ResourceCache(disk());
    const files = names(30);
    await resources.load(recordOf(files), { images: false });
    for (const file of files) expect(resources.labelMap(file)?.ok).toBe(true);
    // Every one is looked at: rows 0 to 9 come three times each.
    expect(findings(recordOf(files), resources).map(({ code }) => code)).toEqual(Array(20).fill('mask-duplicate'));
  });

  it('of other records make room for those of the record at hand', async () => {
    const files = disk();
    const resources = new ResourceCache(files, 3 * MAP_BYTES);
    await resources.load(recordOf(['a.png', 'b.png', 'c.png']), { images: false });
    await resources.load(recordOf(['b.png', 'd.png', 'e.png']), { images: false });
    expect(['a', 'b', 'c', 'd', 'e'].map((name) => resources.labelMap(`${name}.png`)?.ok)).toEqual([
      undefined,
      true,
      undefined,
      true,
      true,
    ]);
    expect(files.reads.filter((path) => path === 'b.png')).toHaveLength(1);
  });

  it('that find no room are named in a finding, and are looked at again for the next record', async () => {
    const resources = new ResourceCache(disk(), 2 * MAP_BYTES + 1_000);
    const record = recordOf(['a.png', 'b.png', 'c.png']);
    await resources.load(record, { images: false });
    const [finding, ...others] = findings(record, resources);
    expect(others).toEqual([]);
    expect(finding?.code).toBe('mask-corrupt');
    expect(finding?.message).toContain(
      'The label map c.png cannot be read. The label maps of this record need more than',
    );
    await resources.load(recordOf(['c.png']), { images: false });
    expect(resources.labelMap('c.png')?.ok).toBe(true);
  });

  it('that are gone are one finding each', async () => {
    const resources = new ResourceCache(disk());
    const record = recordOf(['gone.png']);
    await resources.load(record, { images: false });
    expect(findings(record, resources).map(({ message }) => message)).toEqual([
      'The label map gone.png cannot be read. The file gone.png is not there.',
    ]);
  });
});

it('loads what two records need at once, sidecars and the label maps in them', async () => {
  const resources = new ResourceCache(disk(), 2 * MAP_BYTES);
  const parent = recordOf(['a.png']);
  const child = recordOf(['b.png']);
  const inSidecar = new JsonRecord(JSON.stringify(recordAround('<p> a </p> [SEG]', { masks: 'a.masks.json' })));
  await resources.loadTogether([parent, child, inSidecar], { images: false });
  expect([resources.labelMap('a.png')?.ok, resources.labelMap('b.png')?.ok]).toEqual([true, true]);
  expect(resources.sidecar('a.masks.json')).toEqual(ok([{ size: [10, 10], counts: [0, 100] }]));
});

it('a bounded cache lets the oldest go, never what is kept, and says where nothing more fits', () => {
  const cache = new BoundedCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  expect(cache.makeRoom(2, new Set())).toBe(true);
  expect(cache.has('a')).toBe(true);
  expect(cache.makeRoom(3, new Set(['a']))).toBe(true);
  expect([cache.get('a'), cache.get('b')]).toEqual(['A', undefined]);
  expect(cache.makeRoom(7, new Set(['a']))).toBe(false);
  cache.set('a', 'longer', 9);
  expect(cache.makeRoom(2, new Set(['a']))).toBe(false);
  cache.clear();
  expect(cache.makeRoom(10, new Set())).toBe(true);
});
