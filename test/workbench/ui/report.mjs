import { until } from '../harness/wait.mjs';

/** @typedef {import('./workbench.mjs').Workbench} Workbench */

/** The report of an evaluation, in a tab of the first column. */
export class Report {
  /** @param {Workbench} workbench */
  constructor(workbench) {
    const frame = workbench.webview;
    this.body = frame.locator('body');
    this.worst = frame.locator('button[data-list="worst"]');
    this.plots = frame.locator('figure svg');
  }

  /**
   * Runs the command as a person does, and waits until the report is shown.
   *
   * @param {Workbench} workbench
   * @param {{references: string, predictions: string, protocol: string}} request a file that the first list has, and an
   *   absolute path
   */
  static async evaluate(workbench, { references, predictions, protocol }) {
    const { page, quickInput } = workbench;
    const question = (title) => quickInput.locator('.quick-input-title', { hasText: title }).waitFor();
    await workbench.startCommand('USCDF: Evaluate…');
    await question(/1 of 4/);
    await workbench.quickRow(references).first().click();
    await question(/2 of 4/);
    await quickInput.locator('.monaco-list-row', { hasText: 'Choose Files…' }).click();
    // The web workbench asks for a path in words, and writes the folder into the field once more when it has read it.
    const path = quickInput.locator('input[type=text]');
    await until('a path is asked for', async () => (await path.inputValue()).startsWith('/'));
    await until('the path is chosen', async () => {
      await path.fill(predictions);
      await page.keyboard.press('Enter');
      return seen(quickInput.locator('.quick-input-title', { hasText: /3 of 4/ }), 3_000);
    });
    await workbench.quickRow(protocol).click();
    await question(/4 of 4/);
    await workbench.quickRow('shared-words').click();
    const report = new Report(workbench);
    await report.shown();
    return report;
  }

  async shown() {
    await until('the report is shown', async () => (await this.body.getAttribute('data-ready')) === 'true');
  }

  /** All that the page says. */
  text() {
    return this.body.innerText();
  }
}

function seen(locator, timeout) {
  return locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}
