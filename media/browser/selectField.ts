/** A choice among words, by a component of `@vscode-elements/elements`. */
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import { element } from '../element.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export type Select = HTMLElementTagNameMap['vscode-single-select'];

export function selectField(id: string, label: string, choices: readonly Choice[]): Select {
  const node = document.createElement('vscode-single-select');
  Object.assign(node, { id, label, title: label });
  setChoices(node, choices, choices[0]?.value ?? '');
  return node;
}

/** Puts other choices in place; the list stays as it is while it is open. */
export function setChoices(node: Select, choices: readonly Choice[], value: string): void {
  const now = JSON.stringify([choices, value]);
  if (node.open || node.dataset.choices === now) return;
  node.dataset.choices = now;
  node.replaceChildren(
    ...choices.map((choice) => {
      const option = element('vscode-option', { text: choice.label, attributes: { value: choice.value } });
      option.selected = choice.value === value;
      return option;
    }),
  );
}

/** What is chosen; the component needs a moment to know it, and then says so. */
export function onChoice(node: Select, choose: (value: string) => void, signal: AbortSignal): void {
  node.addEventListener('change', () => choose(node.value), { signal });
}
