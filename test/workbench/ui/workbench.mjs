import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { workbenchUrl } from '../harness/server.mjs';
import { until } from '../harness/wait.mjs';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */

const MOST_ROWS = 30;
const SETTLED_MS = 100;

/** VS Code's window as a person uses it: keys, mouse, and what is to be seen. */
export class Workbench {
  /** @param {Page} page @param {string} workspace the folder that is open */
  constructor(page, workspace) {
    this.page = page;
    this.workspace = workspace;
    /** The underlines of findings in the open editors. */
    this.squiggles = page.locator('.monaco-editor .squiggly-error, .monaco-editor .squiggly-warning');
    this.quickInput = page.locator('.quick-input-widget:not(.hidden)');
  }

  /** Loads the workbench and waits until its window stands. */
  static async open(page, server, workspace) {
    await page.goto(workbenchUrl(server, workspace));
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    if (await page.locator('.part.sidebar').isVisible()) await page.keyboard.press('Control+B');
    return new Workbench(page, workspace);
  }

  /** Opens a file of the workspace by its name and waits until its text is there. */
  async openFile(name) {
    const tab = this.page.locator(`.tab.active[data-resource-name="${name}"]`);
    // The list is sorted anew while the search goes on, so that what has opened must be looked at.
    await until(`${name} is open`, async () => {
      await this.page.keyboard.press('Control+P');
      await this.quickInput.locator('input[type=text]').fill(name);
      await this.quickRow(name).and(this.page.locator('[data-index="0"]')).waitFor({ timeout: 20_000 });
      await this.page.keyboard.press('Enter');
      return seen(tab, 2_000);
    });
    await this.editor.locator('.view-line').first().waitFor();
  }

  /** Opens a file that the list of files may not have yet, by its name in the workspace. */
  async openPath(name) {
    await this.page.keyboard.press('Control+P');
    await this.quickInput.locator('input[type=text]').fill(join(this.workspace, name));
    await this.quickRow(basename(name)).first().waitFor({ timeout: 20_000 });
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.tab.active[data-resource-name="${basename(name)}"]`).waitFor();
    await this.editor.locator('.view-line').first().waitFor();
  }

  /** Runs a command by its title, through F1. */
  async runCommand(title) {
    await this.startCommand(title);
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** Runs a command that may ask a question where it was chosen. */
  async startCommand(title) {
    // Commands that are found late are sorted in while one looks: a click may hit what has just moved under the mouse, a key does not.
    await until(`${title} is chosen`, async () => {
      await this.page.keyboard.press('F1');
      const input = this.quickInput.locator('input[type=text]');
      if (!(await seen(input, 2_000))) return false;
      await input.fill(`>${title}`);
      if (!(await this.focusRow(title))) return false;
      await this.page.keyboard.press('Enter');
      return true;
    });
  }

  /** Moves the list of the quick input to a row by the keys; false where it has none, or where it does not stay there. */
  async focusRow(label) {
    const row = this.quickRow(label).first();
    if (!(await seen(row, 5_000))) return false;
    const focused = row.and(this.page.locator('.focused'));
    for (let presses = 0; (await focused.count()) === 0; presses++) {
      if (presses === MOST_ROWS) return false;
      await this.page.keyboard.press('ArrowDown');
    }
    await this.page.waitForTimeout(SETTLED_MS);
    return (await focused.count()) > 0;
  }

  /** Puts the cursor at a line and column, both from 1. */
  async goto(line, column) {
    await this.focusEditor();
    await this.page.keyboard.press('Control+G');
    await this.quickInput.locator('input[type=text]').fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await until(`the cursor is at ${line}:${column}`, async () => {
      const at = await this.cursor();
      return at.line === line && at.column === column;
    });
  }

  /** Puts the cursor `inside` characters into the first place of `name` where `text` stands, as the file is on disk. */
  async gotoText(name, text, inside = 1) {
    const { line, column } = this.placeOf(name, text);
    await this.goto(line, column + inside);
  }

  /** Line and column, from 1, of the first place where `text` stands in a file of the workspace. */
  placeOf(name, text) {
    const whole = this.read(name);
    const offset = whole.indexOf(text);
    if (offset < 0) throw new Error(`${name} does not hold “${text}”.`);
    const before = whole.slice(0, offset).split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }

  /** The text editor's cursor, line and column from 1, as the status bar shows it once that editor has the focus. */
  async cursor() {
    await this.focusEditor();
    const shown = await this.page.locator('[id="status.editor.selection"]').textContent();
    const [, line, column] = /Ln (\d+), Col (\d+)/.exec(shown ?? '') ?? [];
    return { line: Number(line), column: Number(column) };
  }

  /** Rests the mouse on `text` in the editor and returns the hover that holds `content`. */
  async hover(text, content) {
    const place = await until(`“${text}” is to be seen`, () => this.editor.evaluate(middleOfText, text));
    const hover = this.page.locator('.monaco-hover:not(.hidden) .hover-contents').filter(content).first();
    await this.page.mouse.move(place.x, place.y + 200);
    await this.page.mouse.move(place.x, place.y, { steps: 5 });
    await hover.waitFor({ timeout: 20_000 });
    return hover;
  }

  /** Chooses the quick fix at the cursor whose title fits. */
  async quickFix(title) {
    await this.focusEditor();
    const action = this.page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
    // The first request may come before the server has published what there is to fix.
    await until(`a quick fix ${title} is offered`, async () => {
      await this.page.keyboard.press('Control+.');
      const shown = await seen(action, 2_000);
      if (!shown) await this.page.keyboard.press('Escape');
      return shown;
    });
    // The widget lays a block over the page that eats clicks until the mouse has moved: a person would use the keys.
    const focused = this.page.locator('.action-widget .monaco-list-row.focused', { hasText: title });
    while ((await focused.count()) === 0) await this.page.keyboard.press('ArrowDown');
    await this.page.keyboard.press('Enter');
    await action.waitFor({ state: 'hidden' });
  }

  /** The rows of the Problems panel, once it has any. */
  async problems() {
    const panel = this.page.locator('.markers-panel');
    if (!(await panel.isVisible())) await this.page.keyboard.press('Control+Shift+M');
    const rows = panel.locator('.monaco-list-row').filter({ has: this.page.locator('.marker-icon, .codicon') });
    await rows.first().waitFor({ timeout: 20_000 });
    return rows.allInnerTexts();
  }

  /** The notification that holds `text`, once there is one. @returns {Promise<Locator>} */
  async notification(text) {
    const shown = this.page.locator('.notification-list-item', { hasText: text }).first();
    // A toast may hide itself before it is looked for: then the bell's list still has it.
    await until(`a notification ${text} is shown`, async () => {
      if (await seen(shown, 5_000)) return true;
      await this.runCommand('Notifications: Show Notifications');
      return seen(shown, 1_000);
    });
    return shown;
  }

  /** Saves the active editor and returns what is on disk then. */
  async save(name) {
    // The page beside may take the focus back while the key is on its way: then it is pressed once more.
    await until(`${name} is saved`, async () => {
      await this.focusEditor();
      await this.page.keyboard.press('Control+S');
      const dirty = this.page.locator('.tab.active.dirty');
      return dirty.waitFor({ state: 'detached', timeout: 5_000 }).then(
        () => true,
        () => false,
      );
    });
    return this.settled(name);
  }

  /** A file of the workspace once it is written: VS Code empties it first, and writes one without changes too. */
  async settled(name) {
    let before;
    return until(`${name} is written`, () => {
      const now = this.read(name);
      const same = now === before;
      before = now;
      return same && now;
    });
  }

  /** Undoes one edit of the text editor. */
  async undo() {
    await this.focusEditor();
    await this.page.keyboard.press('Control+Z');
  }

  /** A file of the workspace as it is on disk. */
  read(name) {
    return readFileSync(join(this.workspace, name), 'utf8');
  }

  /** The first text editor: a preview beside it comes later in the page. */
  get editor() {
    return this.page.locator('.editor-instance .monaco-editor').first();
  }

  /** Gives the text editor the focus. A click into a preview may still be on its way there, hence the repetition. */
  async focusEditor() {
    const focused = this.page.locator('.editor-group-container.active .editor-instance .monaco-editor.focused');
    await until('the text editor has the focus', async () => {
      await this.page.keyboard.press('Control+1');
      return seen(focused, 1_000);
    });
  }

  /** The inner page of the webview that is shown. */
  get webview() {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** Closes all editors, without saving, and what else a check may have left open. */
  async tidy() {
    await this.page.keyboard.press('Escape');
    await this.runCommand('View: Close All Editors');
    const discard = this.page.locator('.monaco-dialog-box .monaco-button', { hasText: "Don't Save" });
    await until('all editors are closed', async () => {
      if (await discard.isVisible()) await discard.click();
      return (await this.page.locator('.editor-group-container .tab').count()) === 0;
    });
    if (await this.page.locator('.part.panel').isVisible()) await this.page.keyboard.press('Control+J');
    await this.clearNotifications();
  }

  async clearNotifications() {
    const shown = this.page.locator('.notification-list-item');
    if ((await shown.count()) > 0) await this.runCommand('Notifications: Clear All Notifications');
  }

  /** @returns {Locator} */
  quickRow(label) {
    const name = this.page.locator('.label-name', { hasText: new RegExp(`^${escaped(label)}$`) });
    return this.quickInput.locator('.monaco-list-row').filter({ has: name });
  }
}

function seen(locator, timeout) {
  return locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}

/** Runs in the page: the middle of `text` where the editor paints it. A line is many spans with no-break spaces. */
function middleOfText(editor, text) {
  for (const line of editor.querySelectorAll('.view-line')) {
    const start = line.textContent.replaceAll('\u00a0', ' ').indexOf(text);
    if (start < 0) continue;
    const range = document.createRange();
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    const middle = start + Math.floor(text.length / 2);
    let passed = 0;
    for (let node = walker.nextNode(); node; passed += node.textContent.length, node = walker.nextNode()) {
      if (middle >= passed + node.textContent.length) continue;
      range.setStart(node, middle - passed);
      range.setEnd(node, middle - passed + 1);
      const box = range.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }
  }
  return undefined;
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
