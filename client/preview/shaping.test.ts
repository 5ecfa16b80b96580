import { describe, expect, it } from 'vitest';
import type { Shaped } from '../../core/language/shaping/shapeEdit.ts';
import { type ShapeDesk, type ShapeMessage, shape } from './shaping.ts';
import type { Showing } from './showings.ts';

const showing: Showing = { stamp: 100, uri: 'file:///a.uscdf', record: 2, version: 7, fingerprint: 'x' };
const shaped: Shaped = { edits: [], phrase: 4 };
const message: ShapeMessage = {
  type: 'shape',
  record: 2,
  version: 100,
  edit: { kind: 'setMask', mask: 0, drawn: { size: [1, 1], counts: '1' } },
};

interface Text {
  version: number;
}

/** A desk with one document; what was asked and made is in `asked` and `made`. */
function desk(given: Partial<ShapeDesk<Text>> = {}) {
  const document: Text = { version: 7 };
  const asked: number[] = [];
  const made: Shaped[] = [];
  const all: ShapeDesk<Text> = {
    showing: (stamp, record) => (stamp === 100 && record === 2 ? showing : undefined),
    document: (uri) => (uri === showing.uri ? document : undefined),
    isUnchanged: ({ version }, { version: before }) => version === before,
    recordNow: async () => undefined,
    ask: async (_, record) => {
      asked.push(record);
      return shaped;
    },
    write: async (_, edits) => {
      made.push(edits);
      return undefined;
    },
    ...given,
  };
  return { ...all, text: document, asked, made };
}

describe('a shape', () => {
  it('is made where the document is as it was shown', async () => {
    const its = desk();
    expect(await shape(message, its)).toEqual({ ok: true, record: 2, phrase: 4 });
    expect(its.asked).toEqual([2]);
    expect(its.made).toEqual([shaped]);
  });

  it('is made where only other records have changed, at the place where its own is now', async () => {
    const its = desk({ recordNow: async () => 3 });
    its.text.version = 9;
    expect(await shape(message, its)).toEqual({ ok: true, record: 3, phrase: 4 });
    expect(its.asked).toEqual([3]);
  });

  it('is refused where its own record has changed', async () => {
    const its = desk();
    its.text.version = 9;
    expect(await shape(message, its)).toMatchObject({
      ok: false,
      isStale: true,
      message: expect.stringMatching(/save again/),
    });
    expect(its.made).toEqual([]);
  });

  it('is refused where it names no record that was shown', async () => {
    const its = desk();
    expect(await shape({ ...message, version: 99 }, its)).toMatchObject({ ok: false, isStale: true });
    expect(await shape({ ...message, record: 1 }, its)).toMatchObject({ ok: false, isStale: true });
    expect(its.asked).toEqual([]);
  });

  it('is refused over another document', async () => {
    const its = desk({ document: () => undefined });
    expect(await shape(message, its)).toMatchObject({
      ok: false,
      isStale: false,
      message: expect.stringMatching(/another file/),
    });
    expect(its.asked).toEqual([]);
  });

  it('is refused with the server’s words', async () => {
    const its = desk({ ask: async () => ({ message: 'The mask is empty: deny it instead.' }) });
    expect(await shape(message, its)).toEqual({
      ok: false,
      message: 'The mask is empty: deny it instead.',
      isStale: false,
    });
  });

  it('is asked for again where the text changed while the server worked, and its record did not', async () => {
    const asked: number[] = [];
    const its = desk({
      recordNow: async () => 5,
      ask: async (text, record) => {
        asked.push(record);
        if (asked.length === 1) text.version++;
        return shaped;
      },
    });
    expect(await shape(message, its)).toEqual({ ok: true, record: 5, phrase: 4 });
    expect(asked).toEqual([2, 5]);
    expect(its.made).toHaveLength(1);
  });

  it('is given up where the text changes all the time', async () => {
    const its = desk({
      recordNow: async () => 2,
      ask: async (text) => {
        text.version++;
        return shaped;
      },
    });
    expect(await shape(message, its)).toMatchObject({ ok: false, isStale: true });
    expect(its.made).toEqual([]);
  });

  it('says so where the editor refuses the change', async () => {
    const its = desk({ write: async () => 'The file is read-only.' });
    expect(await shape(message, its)).toEqual({ ok: false, isStale: false, message: 'The file is read-only.' });
  });
});
