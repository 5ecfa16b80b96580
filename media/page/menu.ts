/**
 * A menu at a button or at the pointer. Plain nodes and not `vscode-context-menu`: that component has no roles of menu and item,
 * so that a screen reader would read its entries as text, and it hides no entry that cannot be chosen.
 */
import { element } from '../element.ts';

export interface MenuEntry {
  readonly label: string;
  /** Shown at the right, for example a key. */
  readonly hint?: string;
  /** A line above it. */
  readonly separated?: boolean;
  run(): void;
}

/** At most one menu is open at a time. */
export class Menu {
  readonly #node: HTMLElement;
  readonly #listening = new AbortController();
  #entries: readonly MenuEntry[] = [];
  #back: HTMLElement | undefined;

  constructor(root: HTMLElement) {
    this.#node = element('div', { id: 'menu', class: 'menu', attributes: { role: 'menu' } });
    this.#node.hidden = true;
    root.append(this.#node);
    const { signal } = this.#listening;
    this.#node.addEventListener('keydown', (event) => this.#onKey(event), { signal });
    this.#node.addEventListener('click', (event) => this.#onClick(event), { signal });
    // One entry is lit, whether keys or pointer came to it last.
    this.#node.addEventListener('pointermove', (event) => entryOf(event)?.focus(), { signal });
    window.addEventListener('pointerdown', (event) => this.#onOutside(event), { capture: true, signal });
    window.addEventListener('blur', () => this.close(), { signal });
  }

  dispose(): void {
    this.#listening.abort();
  }

  get isOpen(): boolean {
    return !this.#node.hidden;
  }

  /** `at` is in CSS pixels of the page; the focus comes back to `back`. */
  open(
    name: string,
    entries: readonly MenuEntry[],
    at: { readonly x: number; readonly y: number },
    back: HTMLElement | undefined,
  ): void {
    if (entries.length === 0) return;
    this.#entries = entries;
    this.#back = back;
    this.#node.setAttribute('aria-label', name);
    this.#node.replaceChildren(
      ...entries.flatMap((entry, index) => [
        ...(entry.separated === true && index > 0 ? [element('div', { class: 'menu-line' })] : []),
        element(
          'button',
          {
            class: 'menu-entry',
            attributes: { type: 'button', role: 'menuitem', tabindex: '-1', 'data-entry': String(index) },
          },
          element('span', { class: 'menu-label', text: entry.label }),
          entry.hint === undefined
            ? undefined
            : element('span', { class: 'menu-hint', text: entry.hint, attributes: { 'aria-hidden': 'true' } }),
        ),
      ]),
    );
    this.#node.hidden = false;
    const { width, height } = this.#node.getBoundingClientRect();
    const left = Math.max(4, Math.min(at.x, window.innerWidth - width - 4));
    const top = at.y + height > window.innerHeight - 4 ? Math.max(4, at.y - height) : at.y;
    this.#node.style.left = `${left}px`;
    this.#node.style.top = `${top}px`;
    this.#buttons()[0]?.focus();
  }

  close(): void {
    if (!this.isOpen) return;
    const hadFocus = this.#node.contains(document.activeElement);
    this.#node.hidden = true;
    if (hadFocus && this.#back?.isConnected === true) this.#back.focus();
  }

  #buttons(): HTMLElement[] {
    return [...this.#node.querySelectorAll<HTMLElement>('.menu-entry')];
  }

  #onKey(event: KeyboardEvent): void {
    const buttons = this.#buttons();
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    const to: Readonly<Record<string, number>> = {
      ArrowDown: (at + 1) % buttons.length,
      ArrowUp: (at + buttons.length - 1) % buttons.length,
      Home: 0,
      End: buttons.length - 1,
    };
    const next = to[event.key];
    if (next !== undefined) buttons[next]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') this.close();
    else if (event.key === 'Enter' || event.key === ' ') this.#choose(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #onClick(event: MouseEvent): void {
    const entry = entryOf(event);
    if (entry !== undefined) this.#choose(Number(entry.dataset.entry));
  }

  #choose(index: number): void {
    const entry = this.#entries[index];
    this.close();
    entry?.run();
  }

  #onOutside(event: Event): void {
    if (this.isOpen && !event.composedPath().includes(this.#node)) this.close();
  }
}

function entryOf({ target }: Event): HTMLElement | undefined {
  return (target instanceof Element && target.closest<HTMLElement>('[data-entry]')) || undefined;
}
