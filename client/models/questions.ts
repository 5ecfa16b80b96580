/** What the user is asked before a model is added or fetched. */
import * as vscode from 'vscode';
import { CATALOGUE, type CatalogueEntry } from '../../models/runtime/manager/catalogue.ts';
import { type DownloadPlan, megabytes } from '../../models/runtime/manager/fetchBundle.ts';

/** Asks whether what a plan shows is to be fetched. */
export type Consent = (plan: DownloadPlan) => Thenable<boolean>;

const COPY = 'Copy It';
const LEAVE = 'Leave It There';

/** A folder with a bundle. */
export async function pickFolder(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: 'The folder of the model, which holds its bundle.json',
    openLabel: 'Add',
    canSelectFiles: false,
    canSelectFolders: true,
  });
  return picked?.[0];
}

/** Whether a bundle is to be copied; `undefined` where the user leaves. */
export async function askCopy(): Promise<boolean | undefined> {
  const answer = await vscode.window.showQuickPick(
    [
      { label: LEAVE, detail: 'Needs no room; the folder must stay where it is.' },
      { label: COPY, detail: "Copies the bundle's files to the folder of models." },
    ],
    { title: 'Copy the model?' },
  );
  return answer && answer.label === COPY;
}

/** One of the models that can be fetched. */
export async function pickEntry(): Promise<CatalogueEntry | undefined> {
  const items = CATALOGUE.map((entry) => ({
    label: entry.name,
    description: `about ${megabytes(entry.aboutBytes)} · ${entry.licence}`,
    detail: entry.description,
    entry,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: 'A model to fetch' });
  return chosen?.entry;
}

/** Nothing is fetched before this is answered; the hashes are on the page behind it. */
export async function askConsent({ entry, hub, sources, bytes }: DownloadPlan): Promise<boolean> {
  const from = sources.map(
    ({ repository, statedLicence }) => `${hub}/${repository} (licence: ${statedLicence ?? 'none stated'})`,
  );
  const detail = `${megabytes(bytes)} from\n${from.join('\n')}\n\nThe page behind this question lists every file with its size and hash, by which it is checked.`;
  const answer = await vscode.window.showInformationMessage(
    `Download ${entry.title}?`,
    { modal: true, detail },
    'Download',
  );
  return answer === 'Download';
}
