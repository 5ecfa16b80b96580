import * as vscode from 'vscode';

/** What a page says of its focus. */
export interface PageFocus {
  readonly on: 'picture' | 'field' | 'elsewhere';
  /** A mask is in work. */
  readonly drawing: boolean;
}

const AWAY: PageFocus = { on: 'elsewhere', drawing: false };

/**
 * The context keys that keybindings look at: `uscdf.previewOpen`, `uscdf.pictureFocused`, `uscdf.fieldFocused` and
 * `uscdf.drawing`. They speak of the page that had the focus last.
 */
export class FocusKeys {
  private readonly set = new Map<string, boolean>();
  private readonly pages = new Set<object>();
  private focused: object | undefined;

  /** A page is there. */
  opened(page: object): void {
    this.pages.add(page);
    this.put('uscdf.previewOpen', true);
  }

  closed(page: object): void {
    this.pages.delete(page);
    this.left(page);
    this.put('uscdf.previewOpen', this.pages.size > 0);
  }

  /** A page's word on its focus. */
  report(page: object, focus: PageFocus): void {
    this.focused = page;
    this.putFocus(focus);
  }

  /** The focus is in no page any more, or not in this one. */
  left(page: object | undefined = this.focused): void {
    if (this.focused === undefined || this.focused !== page) return;
    this.focused = undefined;
    this.putFocus(AWAY);
  }

  private putFocus({ on, drawing }: PageFocus): void {
    this.put('uscdf.pictureFocused', on === 'picture');
    this.put('uscdf.fieldFocused', on === 'field');
    this.put('uscdf.drawing', drawing);
  }

  private put(key: string, value: boolean): void {
    if ((this.set.get(key) ?? false) === value) return;
    this.set.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
