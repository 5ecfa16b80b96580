import fc from 'fast-check';
import { expect, test } from 'vitest';
import { initialState, type PageState, readState } from './pageState.ts';

test('a stored state is read as it was written', () => {
  const state: PageState = {
    recordId: 'tennis-17',
    view: { zoom: 2.5, x: 0.25, y: 0.75 },
    phrase: 3,
    opacity: 0,
    work: undefined,
    outlines: false,
    numbers: false,
    labels: true,
    patterns: true,
    legend: true,
    hideOthers: true,
    split: true,
    plainGround: true,
  };
  expect(readState(JSON.parse(JSON.stringify(state)))).toEqual(state);
});

test('whatever else is stored gives a state the page can use', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (stored, view) => {
      for (const value of [stored, { view, opacity: stored, phrase: view }]) {
        const state = readState(value);
        expect(state.view.zoom).toBeGreaterThan(0);
        expect(state.opacity >= 0 && state.opacity <= 1).toBe(true);
        expect(state.phrase === undefined || Number.isSafeInteger(state.phrase)).toBe(true);
      }
    }),
  );
  expect(readState(undefined)).toEqual(initialState);
});
