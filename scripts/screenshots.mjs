// Makes the pictures of docs/images from the packaged extension in the real workbench: `npm run screenshots`, after
// `npm run package`. With a theme's name as argument, only its pictures.
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from '../test/workbench/harness/browser.mjs';
import { installVSCode } from '../test/workbench/harness/installVSCode.mjs';
import { installExtension, startServer } from '../test/workbench/harness/server.mjs';
import { openProfile, packagedExtension } from '../test/workbench/harness/session.mjs';
import { DatasetBrowser } from '../test/workbench/ui/datasetBrowser.mjs';
import { Drawing } from '../test/workbench/ui/drawing.mjs';
import { Preview } from '../test/workbench/ui/preview.mjs';
import { Report } from '../test/workbench/ui/report.mjs';
import { Workbench } from '../test/workbench/ui/workbench.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs/images');
const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
};
const usual = { width: 1360, height: 800 };
/** Of samples/images/beach-riders.jpg. */
const riders = { width: 640, height: 424 };
const [truth, predicted] = ['truth.uscdf.jsonl', 'predicted.uscdf.jsonl'];

mkdirSync(folder, { recursive: true });
const vscode = installVSCode();
const wanted = process.argv.slice(2);
for (const [name, theme] of Object.entries(themes)) {
  if (wanted.length === 0 || wanted.includes(name)) await pictures(name, theme);
}

/** Each theme has a VS Code of its own, so that no picture shows what the one before left behind. */
async function pictures(name, theme) {
  const profile = openProfile();
  const workspace = join(profile.folder, 'samples');
  cpSync(join(root, 'samples'), workspace, { recursive: true });
  for (const file of [truth, predicted]) cpSync(join(root, 'test/fixtures/evaluation', file), join(workspace, file));
  installExtension(vscode, { vsix: packagedExtension(), ...profile });
  const settings = { 'workbench.colorTheme': theme, 'editor.fontSize': 13, 'breadcrumbs.enabled': false };
  const server = await startServer({ vscode, ...profile, settings });
  const browser = await openBrowser(server);
  try {
    const { page } = browser;
    await page.setViewportSize(usual);
    const workbench = await Workbench.open(page, server, workspace);
    const shoot = async (what) => {
      await workbench.clearNotifications();
      await page.mouse.move(700, 790);
      await page.waitForTimeout(600);
      await page.screenshot({ path: join(folder, `${what}-${name}.png`) });
      console.log(`docs/images/${what}-${name}.png`);
    };
    await workbench.openFile('first-look.uscdf');
    await Preview.show(workbench);
    await workbench.gotoText('first-look.uscdf', 'a brown horse', 3);
    const preview = new Preview(workbench);
    await preview.painted();
    await preview.lit(1);
    await shoot('preview');
    // A stroke that is not saved yet: the tool, its size, and what it has drawn are to be seen.
    const drawing = new Drawing(workbench, preview, riders);
    await drawing.edit({ x: 402, y: 232 });
    await drawing.tool('brush', 'b');
    await drawing.drag([
      { x: 345, y: 225 },
      { x: 400, y: 250 },
      { x: 455, y: 235 },
    ]);
    await shoot('masks');
    await drawing.key('Shift+Escape');
    await workbench.tidy();
    await workbench.openFile('scenes.uscdf.jsonl');
    const records = await DatasetBrowser.ofActiveFile(workbench, 'scenes.uscdf.jsonl');
    await records.pictures.first().waitFor();
    await shoot('browser');
    await records.statistics.click();
    await records.plots.first().waitFor();
    await shoot('statistics');
    await workbench.tidy();
    await workbench.openFile('ask.uscdf');
    await workbench.runCommand('USCDF: Draft a Grounded Caption');
    await preview.draft.waitFor({ timeout: 60_000 });
    await preview.painted();
    await shoot('draft');
    await preview.reject.click();
    await workbench.tidy();
    if (name === 'dark') {
      await workbench.openFile('mistakes.uscdf.jsonl');
      await workbench.problems();
      await shoot('mistakes');
      await workbench.tidy();
    }
    if (name.startsWith('high-contrast')) return;
    await workbench.openFile(truth);
    const request = { references: truth, predictions: join(workspace, predicted), protocol: 'paper' };
    const report = await Report.evaluate(workbench, request);
    // Table and plots together.
    await page.setViewportSize({ ...usual, height: 1400 });
    await shoot('report');
    await page.setViewportSize(usual);
    await report.worst.first().click();
    await preview.compared();
    await shoot('overlay');
  } finally {
    await browser.close();
    await server.stop();
    await profile.remove();
  }
}
