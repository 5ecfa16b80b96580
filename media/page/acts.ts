/** What each action of the editor's commands does on the page. */
import type { PageAction, Tool } from '../protocol.ts';

export interface ActTargets {
  tool(tool: Tool): void;
  /** Handed to the mask editor as it is. */
  drawing(action: PageAction): void;
  save(): void;
  cancel(): void;
  undo(): void;
  redo(): void;
  subtract(): void;
  splitParts(): void;
  merge(): void;
  newMask(): void;
  editMask(): void;
  removeMask(): void;
  hideMask(): void;
  drawPhrase(): void;
  movePhrase(by: 1 | -1): void;
  removePhrase(): void;
  zoom(factor: number): void;
  fit(): void;
  pixels(): void;
  toggle(name: 'split' | 'outlines' | 'numbers' | 'labels' | 'patterns' | 'legend' | 'hideOthers'): void;
  compare(): void;
  step(by: 1 | -1): void;
  help(): void;
}

const zoomStep = 1.5;

export function act(action: PageAction, to: ActTargets): void {
  acts[action](to);
}

const acts: Readonly<Record<PageAction, (to: ActTargets) => void>> = {
  'tool.look': (to) => to.tool('look'),
  'tool.points': (to) => to.tool('points'),
  'tool.box': (to) => to.tool('box'),
  'tool.polygon': (to) => to.tool('polygon'),
  'tool.brush': (to) => to.tool('brush'),
  'tool.eraser': (to) => to.tool('eraser'),
  'tool.fill': (to) => to.tool('fill'),
  'mask.save': (to) => to.save(),
  'mask.cancel': (to) => to.cancel(),
  'mask.undo': (to) => to.undo(),
  'mask.redo': (to) => to.redo(),
  'mask.grow': (to) => to.drawing('mask.grow'),
  'mask.shrink': (to) => to.drawing('mask.shrink'),
  'mask.smooth': (to) => to.drawing('mask.smooth'),
  'mask.fillHoles': (to) => to.drawing('mask.fillHoles'),
  'mask.invert': (to) => to.drawing('mask.invert'),
  'mask.removeSpecks': (to) => to.drawing('mask.removeSpecks'),
  'mask.subtract': (to) => to.subtract(),
  'mask.splitParts': (to) => to.splitParts(),
  'mask.merge': (to) => to.merge(),
  'mask.new': (to) => to.newMask(),
  'mask.edit': (to) => to.editMask(),
  'mask.remove': (to) => to.removeMask(),
  'mask.hide': (to) => to.hideMask(),
  'phrase.draw': (to) => to.drawPhrase(),
  'phrase.moveBack': (to) => to.movePhrase(-1),
  'phrase.moveForward': (to) => to.movePhrase(1),
  'phrase.remove': (to) => to.removePhrase(),
  'brush.larger': (to) => to.drawing('brush.larger'),
  'brush.smaller': (to) => to.drawing('brush.smaller'),
  'point.positive': (to) => to.drawing('point.positive'),
  'point.negative': (to) => to.drawing('point.negative'),
  'view.zoomIn': (to) => to.zoom(zoomStep),
  'view.zoomOut': (to) => to.zoom(1 / zoomStep),
  'view.fit': (to) => to.fit(),
  'view.pixels': (to) => to.pixels(),
  'view.split': (to) => to.toggle('split'),
  'view.outlines': (to) => to.toggle('outlines'),
  'view.numbers': (to) => to.toggle('numbers'),
  'view.labels': (to) => to.toggle('labels'),
  'view.patterns': (to) => to.toggle('patterns'),
  'view.legend': (to) => to.toggle('legend'),
  'view.hideOthers': (to) => to.toggle('hideOthers'),
  'view.compare': (to) => to.compare(),
  'next.mask': (to) => to.step(1),
  'previous.mask': (to) => to.step(-1),
  help: (to) => to.help(),
};
