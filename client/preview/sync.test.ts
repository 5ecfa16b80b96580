import { describe, expect, it } from 'vitest';
import { CursorWatch, type Move, pictureFollows, readSyncMode, textFollows, textFollowsPointer } from './sync.ts';

const at = (line: number, start: number, end = start) => ({
  start: { line, character: start },
  end: { line, character: end },
});

function move(change: Partial<Move> = {}): Move {
  return { uri: 'file:///a.uscdf', version: 1, selection: at(0, 3), byUser: true, ...change };
}

describe('the setting', () => {
  it('lets the picture follow every move, those of the user, or none', () => {
    const causes = ['user', 'typing', 'command'] as const;
    expect(causes.map((cause) => pictureFollows('always', cause))).toEqual([true, true, true]);
    expect(causes.map((cause) => pictureFollows('onClick', cause))).toEqual([true, false, false]);
    expect(causes.map((cause) => pictureFollows('never', cause))).toEqual([false, false, false]);
  });

  it('lets the text follow unless it is off', () => {
    expect((['always', 'onClick', 'never'] as const).map(textFollows)).toEqual([true, true, false]);
  });

  it('marks the words under the pointer only where all is followed', () => {
    expect((['always', 'onClick', 'never'] as const).map(textFollowsPointer)).toEqual([true, false, false]);
  });

  it('is "always" where it is nothing known', () => {
    expect(['onClick', 'never', 'sometimes', undefined].map(readSyncMode)).toEqual([
      'onClick',
      'never',
      'always',
      'always',
    ]);
  });
});

describe('what moved the cursor', () => {
  it('is the user where the text has stayed, and typing where it has changed', () => {
    const watch = new CursorWatch();
    expect(watch.causeOf(move())).toBe('user');
    expect(watch.causeOf(move({ version: 2 }))).toBe('typing');
    expect(watch.causeOf(move({ version: 2 }))).toBe('user');
    expect(watch.causeOf(move({ version: 2, byUser: false }))).toBe('command');
    expect(watch.causeOf(move({ uri: 'file:///b.uscdf', version: 9 }))).toBe('user');
  });

  it('is nothing to speak of where the preview did it, once', () => {
    const watch = new CursorWatch();
    watch.expect('file:///a.uscdf', at(2, 5, 9));
    const own = move({ selection: at(2, 5, 9), byUser: false });
    expect(watch.causeOf(own)).toBeUndefined();
    expect(watch.causeOf(own)).toBe('command');
  });

  it('is the user’s where the cursor went elsewhere than the preview meant', () => {
    const watch = new CursorWatch();
    watch.expect('file:///a.uscdf', at(2, 5, 9));
    expect(watch.causeOf(move({ selection: at(4, 0) }))).toBe('user');
    expect(watch.causeOf(move({ selection: at(2, 5, 9) }))).toBe('user');
  });
});
