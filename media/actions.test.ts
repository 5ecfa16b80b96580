import { expect, test } from 'vitest';
import { ACTIONS, actionTip, readableKey } from './actions.ts';
import { PAGE_ACTIONS } from './protocol.ts';

test('keys are written as people read them', () => {
  const keys = ['b', 'ctrl+shift+z', 'shift+escape', 'alt+up', 'shift+/', '=', '-', 'shift+delete', ']'];
  expect(keys.map(readableKey)).toEqual(['B', 'Ctrl+Shift+Z', 'Shift+Esc', 'Alt+↑', '?', '+', '−', 'Shift+Del', ']']);
  expect(actionTip('tool.brush')).toBe('Brush (B)');
});

test('every action has a title of its own and a key that the page does not keep for itself', () => {
  const titles = PAGE_ACTIONS.map((action) => ACTIONS[action].title);
  expect(new Set(titles).size).toBe(titles.length);
  const own = new Set(['escape', 'enter', 'space', 'up', 'down', 'left', 'right', 'home', 'end', 'tab']);
  for (const action of PAGE_ACTIONS) {
    expect(ACTIONS[action].keys.length, action).toBeGreaterThan(0);
    for (const key of ACTIONS[action].keys) expect(own.has(key), `${action} ${key}`).toBe(false);
  }
});
