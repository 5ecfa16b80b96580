/** The help sheet: everything the preview can do, with its default keys. */
import { ACTION_GROUPS, ACTIONS, type ActionEntry, readableKey } from '../actions.ts';
import { DRAFT_KEYS } from '../draftKeys.ts';
import { element } from '../element.ts';
import { openDialog } from './dialog.ts';

/** Keys of the page itself, which cannot be changed. */
const ownKeys: readonly (readonly [title: string, keys: string])[] = [
  ['Go through phrases and masks; with a tool, move the cursor', '← → ↑ ↓'],
  ['Choose; with a tool, act at the cursor', 'Enter or Space'],
  ['Move the cursor by ten pixels', 'Shift+← → ↑ ↓'],
  ['Take the last point back, or let go', 'Esc'],
  ['Move the picture', 'Space and drag, middle button, Shift and wheel'],
  ['Zoom at the pointer', 'Ctrl and wheel'],
  ['Menu of the chosen phrase', 'Shift+F10, context menu key'],
];

/** Other ways to the same signs, on the number pad or another keyboard. */
const sameAs: ReadonlySet<string> = new Set(['shift+=', 'numpad_add', 'numpad_subtract']);

export function openHelpSheet(root: HTMLElement, changeKeys: () => void): void {
  const groups = ACTION_GROUPS.map((group) =>
    section(
      group,
      Object.values(ACTIONS)
        .filter((entry) => entry.group === group)
        .map((entry) => [entry.title, keysOf(entry)] as const),
    ),
  );
  openDialog(root, {
    id: 'help-sheet',
    title: 'Keys of the preview',
    body: [
      element('p', {
        class: 'help-note',
        text: 'Single letters hold while the picture has the focus, never in a field.',
      }),
      element(
        'div',
        { class: 'help-groups' },
        ...groups,
        section(
          'Drafts',
          DRAFT_KEYS.map(({ title, shown }) => [title, shown]),
        ),
        section('Keys of the page itself', ownKeys),
      ),
    ],
    actions: [
      {
        id: 'change-keys',
        icon: 'keyboard',
        text: 'Change keys…',
        run: () => {
          changeKeys();
          return undefined;
        },
      },
    ],
  });
}

function keysOf({ keys }: ActionEntry): string {
  return keys
    .filter((key) => !sameAs.has(key))
    .map(readableKey)
    .join(' or ');
}

function section(title: string, rows: readonly (readonly [string, string])[]): HTMLElement {
  return element(
    'section',
    { class: 'help-group' },
    element('h3', { text: title }),
    element(
      'dl',
      {},
      ...rows.map(([name, keys]) =>
        element(
          'div',
          { class: 'help-row' },
          element('dt', { text: name }),
          element('dd', {}, element('kbd', { text: keys })),
        ),
      ),
    ),
  );
}
