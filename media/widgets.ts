/** The page's widgets: components of `@vscode-elements/elements` with the names and states that screen readers need. */
import '@vscode-elements/elements/dist/vscode-badge/index.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-container/index.js';
import { element } from './element.ts';

export type ToolButton = HTMLElementTagNameMap['vscode-toolbar-button'];
export type Button = HTMLElementTagNameMap['vscode-button'];
export type TextField = HTMLElementTagNameMap['vscode-textfield'];
export type Checkbox = HTMLElementTagNameMap['vscode-checkbox'];

/** A codicon, hidden from screen readers: the button or text beside it carries the name. */
export function icon(name: string): HTMLElement {
  const node = document.createElement('vscode-icon');
  node.name = name;
  node.setAttribute('aria-hidden', 'true');
  return node;
}

export interface ToolButtonParts {
  readonly id: string;
  readonly icon?: string;
  /** Shown when the pointer rests on it, and read by screen readers. */
  readonly title: string;
  /** Beside the icon, or in its place. */
  readonly text?: string;
  /** It has two states. */
  readonly toggle?: boolean;
}

/** A button of a toolbar. */
export function toolButton({ id, icon = '', title, text, toggle = false }: ToolButtonParts): ToolButton {
  const button = document.createElement('vscode-toolbar-button');
  Object.assign(button, { id, icon, label: title, title, toggleable: toggle });
  // In a node of its own the words have the page's font.
  if (text !== undefined) button.append(element('span', { class: 'tool-text', text }));
  return button;
}

/** A button with words. The first of a group is the primary one. */
export function button(id: string, iconName: string, text: string, title: string, primary = false): Button {
  const node = document.createElement('vscode-button');
  Object.assign(node, { id, icon: iconName, title, secondary: !primary });
  if (text !== '') node.append(text);
  return node;
}

/** The component says nothing of it to screen readers. */
export function setDisabled(node: Button, disabled: boolean): void {
  node.disabled = disabled;
  node.setAttribute('aria-disabled', String(disabled));
}

export function textField(id: string, label: string, placeholder = ''): TextField {
  const field = document.createElement('vscode-textfield');
  Object.assign(field, { id, label, placeholder });
  return field;
}

export function checkbox(id: string, label: string, checked: boolean): Checkbox {
  const node = document.createElement('vscode-checkbox');
  Object.assign(node, { id, label, checked });
  return node;
}

/** Buttons side by side with one stop of the Tab key: the arrow keys go through them, as in the editor's own toolbars. */
export function toolbar(id: string, label: string, ...children: readonly Node[]): HTMLElement {
  const bar = element(
    'div',
    { id, class: 'toolbar', attributes: { role: 'toolbar', 'aria-label': label } },
    ...children,
  );
  const stops = (): ToolButton[] =>
    [...bar.querySelectorAll('vscode-toolbar-button')].filter((node) => !node.hidden && node.checkVisibility());
  const focusOn = (node: ToolButton | undefined): void => {
    for (const each of stops()) tabStop(each, each === node);
    innerButton(node)?.focus();
  };
  bar.addEventListener('keydown', (event) => {
    const all = stops();
    const at = all.findIndex((node) => node.shadowRoot?.activeElement != null);
    const to = at < 0 ? undefined : nextStop(event.key, at, all.length);
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    focusOn(all[to]);
  });
  void customElements.whenDefined('vscode-toolbar-button').then(async () => {
    const all = [...bar.querySelectorAll('vscode-toolbar-button')];
    await Promise.all(all.map((node) => node.updateComplete));
    for (const [place, node] of all.entries()) tabStop(node, place === 0);
  });
  return bar;
}

function nextStop(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowRight' || key === 'ArrowDown') return (at + 1) % count;
  if (key === 'ArrowLeft' || key === 'ArrowUp') return (at + count - 1) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}

/** The component has its button inside and hands no tab index on. */
function innerButton(node: ToolButton | undefined): HTMLButtonElement | null | undefined {
  return node?.shadowRoot?.querySelector('button');
}

function tabStop(node: ToolButton, is: boolean): void {
  const inner = innerButton(node);
  if (inner != null) inner.tabIndex = is ? 0 : -1;
}

/** The focus inside the button. */
export function focusButton(node: ToolButton): void {
  innerButton(node)?.focus();
}
