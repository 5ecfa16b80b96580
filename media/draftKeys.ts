/** The default keys of drafts, for the help sheet; package.json binds them. */
export interface DraftKey {
  readonly command: string;
  /** The command's title. */
  readonly title: string;
  /** As VS Code writes keybindings. On macOS `ctrl` is `cmd`. */
  readonly key: string;
  /** As people read it. */
  readonly shown: string;
}

export const DRAFT_KEYS: readonly DraftKey[] = [
  { command: 'uscdf.acceptDraft', title: 'Accept Draft', key: 'ctrl+enter', shown: 'Ctrl+Enter' },
  { command: 'uscdf.editDraft', title: 'Edit Draft', key: 'ctrl+shift+enter', shown: 'Ctrl+Shift+Enter' },
  { command: 'uscdf.rejectDraft', title: 'Reject Draft', key: 'ctrl+backspace', shown: 'Ctrl+Backspace' },
  { command: 'uscdf.nextDraft', title: 'Next Draft Without a Decision', key: 'alt+f9', shown: 'Alt+F9' },
  {
    command: 'uscdf.previousDraft',
    title: 'Previous Draft Without a Decision',
    key: 'shift+alt+f9',
    shown: 'Shift+Alt+F9',
  },
];
