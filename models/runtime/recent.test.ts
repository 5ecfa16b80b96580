import { describe, expect, it } from 'vitest';
import { Recent } from './recent.ts';

const MEGABYTE = 2 ** 20;

/** Takes each key in turn; those that had to be made. */
async function made(recent: Recent<number>, keys: string, bytes: number): Promise<string> {
  const list: string[] = [];
  for (const key of keys) {
    await recent.take(key, async () => {
      list.push(key);
      return bytes;
    });
  }
  return list.join('');
}

describe('what was made of the photographs used last', () => {
  it('is kept for eight of them, and the oldest goes first', async () => {
    const recent = new Recent<number>((bytes) => bytes);
    expect(await made(recent, 'abcdefgh', MEGABYTE)).toBe('abcdefgh');
    expect(await made(recent, 'ai', MEGABYTE)).toBe('i');
    expect(await made(recent, 'acdefghi', MEGABYTE)).toBe('');
    expect(await made(recent, 'b', MEGABYTE)).toBe('b');
  });

  it('is bounded by memory, but never less than three', async () => {
    const large = new Recent<number>((bytes) => bytes);
    expect(await made(large, 'abcdea', 100 * MEGABYTE)).toBe('abcdea');
    expect(await made(large, 'dea', 100 * MEGABYTE)).toBe('');
    const some = new Recent<number>((bytes) => bytes);
    expect(await made(some, 'abcdeabcde', 50 * MEGABYTE)).toBe('abcde');
  });

  it('keeps nothing of what could not be made', async () => {
    const recent = new Recent<number>((bytes) => bytes);
    await expect(recent.take('a', () => Promise.reject(new Error('no image')))).rejects.toThrow('no image');
    expect(await made(recent, 'a', MEGABYTE)).toBe('a');
  });
});
