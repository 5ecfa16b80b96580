/**
 * What an editor command asks of the preview page: its title, its default keys and its place in the help sheet. From this table the
 * extension's commands and keybindings are generated (`scripts/generate.mjs`), and the page writes its help sheet.
 */
import type { PageAction } from './protocol.ts';

/** Groups in the order of the help sheet. */
export const ACTION_GROUPS = ['Tools', 'Mask in work', 'Masks and phrases', 'View', 'Getting around'] as const;
export type ActionGroup = (typeof ACTION_GROUPS)[number];

export interface ActionEntry {
  /** The command's title; in the help sheet too. */
  readonly title: string;
  /** As VS Code writes keybindings; the first is the one that is shown. On macOS `ctrl` is `cmd`. */
  readonly keys: readonly string[];
  readonly group: ActionGroup;
}

/**
 * Single letters are tools and operations, Shift and a letter are switches of the view. They hold while the picture has the focus
 * and never in a field. `escape`, `enter`, `space` and the arrow keys are the page's own.
 */
export const ACTIONS: Readonly<Record<PageAction, ActionEntry>> = {
  'tool.look': entry('Tools', 'Look and Pick', 'v'),
  'tool.points': entry('Tools', 'Points: Ask the Model', 'a'),
  'tool.box': entry('Tools', 'Box', 'x'),
  'tool.polygon': entry('Tools', 'Polygon', 'p'),
  'tool.brush': entry('Tools', 'Brush', 'b'),
  'tool.eraser': entry('Tools', 'Eraser', 'r'),
  'tool.fill': entry('Tools', 'Fill', 'c'),
  'brush.larger': entry('Tools', 'Larger Brush', ']'),
  'brush.smaller': entry('Tools', 'Smaller Brush', '['),
  'point.positive': entry('Tools', 'Point Inside, at the Cursor', 'q'),
  'point.negative': entry('Tools', 'Point Outside, at the Cursor', 'w'),

  'mask.save': entry('Mask in work', 'Save the Mask', 'f', 'ctrl+enter'),
  'mask.cancel': entry('Mask in work', 'Let the Mask in Work Go', 'shift+escape'),
  'mask.undo': entry('Mask in work', 'Undo', 'ctrl+z'),
  'mask.redo': entry('Mask in work', 'Redo', 'ctrl+shift+z', 'ctrl+y'),
  'mask.grow': entry('Mask in work', 'Grow', 'g'),
  'mask.shrink': entry('Mask in work', 'Shrink', 'shift+g'),
  'mask.smooth': entry('Mask in work', 'Smooth', 's'),
  'mask.fillHoles': entry('Mask in work', 'Fill Holes', 'o'),
  'mask.invert': entry('Mask in work', 'Invert', 'i'),
  'mask.removeSpecks': entry('Mask in work', 'Remove Specks', 'k'),
  'mask.subtract': entry('Mask in work', 'Subtract Another Mask…', 'm'),

  'mask.new': entry('Masks and phrases', 'New Mask', 'n'),
  'mask.edit': entry('Masks and phrases', 'Edit the Mask', 'e'),
  'mask.hide': entry('Masks and phrases', 'Hide or Show the Mask', 'h'),
  'mask.splitParts': entry('Masks and phrases', 'Split the Mask into Its Parts', 't'),
  'mask.merge': entry('Masks and phrases', 'Merge the Masks of the Phrase', 'j'),
  'mask.remove': entry('Masks and phrases', 'Remove the Mask That No Phrase Owns', 'shift+delete'),
  'phrase.draw': entry('Masks and phrases', 'Draw the Mask of the Selected Words', 'd'),
  'phrase.moveBack': entry('Masks and phrases', 'Move the Phrase Back', 'alt+up'),
  'phrase.moveForward': entry('Masks and phrases', 'Move the Phrase Forward', 'alt+down'),
  'phrase.remove': entry('Masks and phrases', 'Delete the Phrase…', 'delete'),

  'view.zoomIn': entry('View', 'Zoom In', '=', 'shift+=', 'numpad_add'),
  'view.zoomOut': entry('View', 'Zoom Out', '-', 'numpad_subtract'),
  'view.fit': entry('View', 'Whole Picture', '0'),
  'view.pixels': entry('View', 'One Pixel a Pixel (100 %)', '1'),
  'view.split': entry('View', 'Picture and Masks Side by Side', 'shift+s'),
  'view.outlines': entry('View', 'Outlines', 'shift+o'),
  'view.numbers': entry('View', 'Numbers', 'shift+n'),
  'view.labels': entry('View', 'Words at the Masks', 'shift+l'),
  'view.patterns': entry('View', 'Patterns', 'shift+p'),
  'view.legend': entry('View', 'Legend', 'shift+k'),
  'view.hideOthers': entry('View', 'Hide the Other Masks', 'shift+h'),
  'view.compare': entry('View', 'Compare the Draft with the File', 'shift+c'),

  'next.mask': entry('Getting around', 'Next Phrase or Mask', '.'),
  'previous.mask': entry('Getting around', 'Previous Phrase or Mask', ','),
  help: entry('Getting around', 'Keys of the Preview', 'shift+/'),
};

function entry(group: ActionGroup, title: string, ...keys: readonly string[]): ActionEntry {
  return { group, title, keys };
}

const NAMES: Readonly<Record<string, string>> = {
  ctrl: 'Ctrl',
  shift: 'Shift',
  alt: 'Alt',
  up: '↑',
  down: '↓',
  enter: 'Enter',
  escape: 'Esc',
  delete: 'Del',
};

/** A keybinding as people read it: `ctrl+shift+z` is `Ctrl+Shift+Z`, `shift+/` is `?`. */
export function readableKey(key: string): string {
  if (key === 'shift+/') return '?';
  if (key === '=') return '+';
  if (key === '-') return '−';
  return key
    .split('+')
    .map((part) => NAMES[part] ?? part.toUpperCase())
    .join('+');
}

/** The action's title with its first key, for example `Brush (B)`. */
export function actionTip(action: PageAction): string {
  const { title, keys } = ACTIONS[action];
  const [key] = keys;
  return key === undefined ? title : `${title} (${readableKey(key)})`;
}
