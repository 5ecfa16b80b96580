/** Questions and sheets over the page: the browser's own modal dialog, which keeps the focus inside and gives it back. */
import { element } from '../element.ts';
import { button, type Checkbox, type TextField } from '../widgets.ts';

export interface DialogAction {
  readonly id: string;
  readonly text: string;
  readonly icon: string;
  /** Enter means it, except on another button. */
  readonly primary?: boolean;
  /** `false` keeps the dialog open. */
  run(): boolean | undefined;
}

export interface DialogParts {
  readonly id: string;
  readonly title: string;
  readonly body: readonly Node[];
  readonly actions: readonly DialogAction[];
  /** The control that has the focus first; the dialog itself where it is left out. */
  readonly focus?: TextField | Checkbox;
  /** The user left it by Escape or Cancel. */
  cancelled?(): void;
}

/** Opens the dialog; one that is open already is left as by Escape, so that nobody waits for its answer. Returns what closes it. */
export function openDialog(root: HTMLElement, parts: DialogParts): () => void {
  for (const open of root.querySelectorAll('dialog')) open.dispatchEvent(new Event('cancel', { cancelable: true }));
  const back = document.activeElement;
  const title = element('h2', { id: 'dialog-title', text: parts.title });
  const cancel = button('dialog-cancel', 'close', 'Cancel', 'Close this without doing anything (Escape)');
  const buttons = parts.actions.map(({ id, icon, text, primary }) => button(id, icon, text, text, primary === true));
  const dialog = element(
    'dialog',
    { id: parts.id, class: 'dialog', attributes: { 'aria-labelledby': 'dialog-title' } },
    title,
    ...parts.body,
    element('div', { class: 'dialog-actions' }, ...buttons, cancel),
  );
  const close = (): void => {
    dialog.close();
    dialog.remove();
    if (back instanceof HTMLElement && back.isConnected) back.focus({ preventScroll: true });
  };
  const leave = (): void => {
    close();
    parts.cancelled?.();
  };
  const run = (action: DialogAction): void => {
    if (action.run() !== false) close();
  };
  for (const [place, action] of parts.actions.entries()) buttons[place]?.addEventListener('click', () => run(action));
  cancel.addEventListener('click', leave);
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    leave();
  });
  dialog.addEventListener('keydown', (event) => {
    // What is typed here is no command of the picture.
    event.stopPropagation();
    const primary = parts.actions.find((action) => action.primary === true);
    if (event.key !== 'Enter' || primary === undefined || isButton(event.target)) return;
    event.preventDefault();
    run(primary);
  });
  root.append(dialog);
  dialog.showModal();
  // A control can take the focus once it is drawn.
  void parts.focus?.updateComplete.then(() => parts.focus?.focus());
  return close;
}

function isButton(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.localName === 'vscode-button' || target.localName === 'button');
}
