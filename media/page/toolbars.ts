/** The toolbars around the picture: tools, what the mask in work can be done to, and the switches of the view. */
import { actionTip } from '../actions.ts';
import { element } from '../element.ts';
import { type PageAction, TOOLS, type Tool } from '../protocol.ts';
import { button, type ToolButton, type ToolButtonParts, toolButton, toolbar } from '../widgets.ts';

const toolIcons: Readonly<Record<Tool, string>> = {
  look: 'cursor',
  points: 'target',
  box: 'chrome-maximize',
  polygon: 'symbol-misc',
  brush: 'edit',
  eraser: 'eraser',
  fill: 'paintcan',
};

const operations = [
  ['mask.undo', 'discard'],
  ['mask.redo', 'redo'],
  ['mask.grow', 'add'],
  ['mask.shrink', 'remove'],
  ['mask.smooth', 'wand'],
  ['mask.fillHoles', 'circle-large-filled'],
  ['mask.invert', 'color-mode'],
  ['mask.removeSpecks', 'clear-all'],
  ['mask.subtract', 'diff-removed'],
  ['mask.splitParts', 'ungroup-by-ref-type'],
] as const satisfies readonly (readonly [PageAction, string])[];

/** The button of an action: its `data-action` says which. */
function actionButton(action: PageAction, parts: Omit<ToolButtonParts, 'id' | 'title'>): ToolButton {
  const node = toolButton({ ...parts, id: action.replace('.', '-'), title: actionTip(action) });
  node.dataset.action = action;
  return node;
}

export function buildDrawingBars() {
  const byTool = new Map(
    TOOLS.map((tool) => [tool, actionButton(`tool.${tool}`, { icon: toolIcons[tool], toggle: true })] as const),
  );
  const edit = actionButton('mask.edit', { text: 'Edit' });
  const fresh = actionButton('mask.new', { icon: 'add', text: 'New mask' });
  const tools = toolbar('tools', 'Drawing tools', ...byTool.values(), element('span', { class: 'space' }), edit, fresh);
  const brush = element('input', {
    id: 'brush-size',
    class: 'slider',
    attributes: { type: 'range', min: '0', max: '100', step: '1', 'aria-label': 'Size of the brush' },
  });
  const brushValue = element('output', { class: 'brush-value' });
  const brushBox = element('label', { class: 'labelled-slider', title: 'Size of the brush' }, brush, brushValue);
  const positive = actionButton('point.positive', { icon: 'add', text: 'In' });
  const negative = actionButton('point.negative', { icon: 'remove', text: 'Out' });
  const points = element(
    'span',
    { class: 'point-signs', title: 'The left button sets a point inside, the right one a point outside' },
    positive,
    negative,
  );
  const status = element('span', { class: 'work-status' });
  const save = button('mask-save', 'check', 'Save', actionTip('mask.save'), true);
  const cancel = button('mask-cancel', 'close', 'Cancel', actionTip('mask.cancel'));
  save.dataset.action = 'mask.save';
  cancel.dataset.action = 'mask.cancel';
  const operationBar = toolbar(
    'operations',
    'Mask in work',
    ...operations.map(([action, icon]) => actionButton(action, { icon })),
  );
  const work = element(
    'section',
    { class: 'work', attributes: { 'aria-label': 'Mask in work' } },
    operationBar,
    element(
      'div',
      { class: 'work-line' },
      brushBox,
      points,
      status,
      element('span', { class: 'work-ends' }, save, cancel),
    ),
  );
  work.hidden = true;
  tools.hidden = true;
  return { tools, byTool, edit, fresh, work, brush, brushBox, brushValue, points, status, save, cancel };
}

const switches = [
  ['view.outlines', 'outlines', 'circle-large-outline'],
  ['view.numbers', 'numbers', 'symbol-numeric'],
  ['view.labels', 'labels', 'tag'],
  ['view.patterns', 'patterns', 'diff-ignored'],
  ['view.legend', 'legend', 'list-unordered'],
  ['view.hideOthers', 'hideOthers', 'eye-closed'],
  ['view.split', 'split', 'split-horizontal'],
] as const;

export function buildViewBar() {
  const opacity = slider('opacity', 'Strength of the masks’ colour', '5');
  const ownOpacity = slider('own-opacity', 'Strength of the chosen mask’s colour', '5');
  const ownBox = element(
    'label',
    { class: 'labelled-slider is-own', title: 'Strength of the chosen mask’s colour' },
    element('span', { class: 'slider-name', text: 'this' }),
    ownOpacity,
  );
  ownBox.hidden = true;
  const bySwitch = new Map(
    switches.map(([action, name, icon]) => [name, actionButton(action, { icon, toggle: true })] as const),
  );
  const ground = toolButton({ id: 'plain-ground', icon: 'file-media', title: 'Masks on a plain ground', toggle: true });
  ground.hidden = true;
  const zoomOut = actionButton('view.zoomOut', { icon: 'zoom-out' });
  const zoomIn = actionButton('view.zoomIn', { icon: 'zoom-in' });
  const fit = actionButton('view.fit', { icon: 'screen-full' });
  const zoomLevel = element('span', { class: 'zoom-level' });
  const pixels = actionButton('view.pixels', { icon: 'screen-normal' });
  const bar = toolbar(
    'view',
    'View',
    element(
      'label',
      { class: 'labelled-slider', title: 'Strength of the masks’ colour' },
      element('span', { class: 'slider-name', text: 'all' }),
      opacity,
    ),
    ownBox,
    ...bySwitch.values(),
    ground,
    element('span', { class: 'space' }),
    element('span', { class: 'button-group' }, zoomOut, zoomLevel, zoomIn, fit, pixels),
  );
  return { bar, opacity, ownOpacity, ownBox, bySwitch, ground, zoomLevel };
}

/** A plain slider: the kept components have none. */
function slider(id: string, label: string, step: string): HTMLInputElement {
  return element('input', {
    id,
    class: 'slider',
    attributes: { type: 'range', min: '0', max: '100', step, 'aria-label': label },
  });
}
