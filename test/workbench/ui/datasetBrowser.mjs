import { until } from '../harness/wait.mjs';

/** @typedef {import('./workbench.mjs').Workbench} Workbench */

/** The dataset browser's page, in the tab that is in front. */
export class DatasetBrowser {
  /** @param {Workbench} workbench */
  constructor(workbench) {
    const frame = workbench.webview;
    this.cells = frame.locator('.cell[data-record]');
    this.records = frame.locator('#records');
    this.count = frame.locator('#count');
    this.search = frame.locator('#text input');
    this.pictures = frame.locator('canvas[data-painted="yes"]');
    this.statistics = frame.locator('#mode-statistics');
    this.plots = frame.locator('#statistics figure');
    this.chips = frame.locator('#chips');
  }

  /** Opens the active file, as a person does. */
  static async ofActiveFile(workbench, name) {
    await workbench.startCommand('USCDF: Browse Dataset…');
    await workbench.quickRow(name).first().click();
    const browser = new DatasetBrowser(workbench);
    await browser.shown();
    return browser;
  }

  async shown() {
    await this.cells.first().waitFor({ timeout: 30_000 });
  }

  async counts(text) {
    await until(`the browser counts ${text}`, async () => (await this.count.innerText()) === text);
  }
}
