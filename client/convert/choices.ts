/** Asks what is to be converted to what, and how. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { DatasetFormat, FormatOption } from '../../core/datasets/format.ts';
import { USCDF } from '../../core/datasets/registry.ts';
import { isUscdf } from '../languageServer.ts';
import {
  asUscdfName,
  chosenOptions,
  exportTarget,
  firstSentence,
  formatsFor,
  importTarget,
  SEED,
  valueProblem,
  valuesOf,
} from './kindChoices.ts';
import type { ConversionRequest } from './request.ts';

interface KindItem extends vscode.QuickPickItem {
  readonly format: DatasetFormat;
}

interface PathItem extends vscode.QuickPickItem {
  readonly paths?: readonly string[];
  readonly browse?: 'files' | 'folder';
}

interface OptionItem extends vscode.QuickPickItem {
  readonly option?: FormatOption;
}

const ALL_FILES = { 'All Files': ['*'] };
const USCDF_FILES = { USCDF: ['uscdf', 'uscdf.jsonl', 'uscdf.json', 'jsonl', 'json'] };

/**
 * Asks what "Import…" needs to know; `undefined` where the user leaves.
 *
 * @param given What was chosen in the explorer; empty where nothing was.
 * @param last The last import, whose answers are offered first.
 */
export async function askImport(
  given: readonly string[],
  last: ConversionRequest | undefined,
): Promise<ConversionRequest | undefined> {
  const format = await pickFormat('read', 'Import: what is it?', last?.from);
  if (format === undefined) return undefined;
  const again = last?.from === format.kind ? last : undefined;
  const inputs = given.length > 0 ? given : await pickInputs(`Import ${format.title}: files`, again?.inputs);
  if (inputs === undefined) return undefined;
  const images = await pickImages(`Import ${format.title}: photographs`, inputs, again?.images);
  if (images === undefined) return undefined;
  const chosen = await pickOptions(`Import ${format.title}: options`, format.readOptions ?? [], again);
  if (chosen === undefined) return undefined;
  const output = await pickRecordFile(inputs[0]!);
  if (output === undefined) return undefined;
  return {
    ...{ from: format.kind, to: USCDF, inputs, output },
    ...(images.length > 0 && { images }),
    ...chosenOptions(chosen),
  };
}

/** Asks what "Export…" needs to know; as `askImport` does. */
export async function askExport(
  given: readonly string[],
  last: ConversionRequest | undefined,
): Promise<ConversionRequest | undefined> {
  const inputs = given.length > 0 ? given : await pickRecords(last?.inputs);
  if (inputs === undefined) return undefined;
  const format = await pickFormat('write', 'Export: to what?', last?.to);
  if (format === undefined) return undefined;
  const again = last?.to === format.kind ? last : undefined;
  const chosen = await pickOptions(`Export ${format.title}: options`, format.writeOptions ?? [], again);
  if (chosen === undefined) return undefined;
  const output =
    format.writesFolder === true ? await pickOutputFolder(format) : await pickOutputFile(format, inputs[0]!);
  if (output === undefined) return undefined;
  return { from: USCDF, to: format.kind, inputs, output, ...chosenOptions(chosen) };
}

async function pickFormat(
  direction: 'read' | 'write',
  title: string,
  last: string | undefined,
): Promise<DatasetFormat | undefined> {
  const items: readonly KindItem[] = formatsFor(direction, last).map((format) => ({
    label: format.title,
    description: format.kind === last ? `${format.kind} · last used` : format.kind,
    detail: firstSentence(format),
    format,
  }));
  const placeHolder = 'Type a name, or a word of what it is';
  const chosen = await vscode.window.showQuickPick(items, {
    ...{ title, placeHolder, matchOnDescription: true, matchOnDetail: true },
  });
  return chosen?.format;
}

async function pickInputs(title: string, last: readonly string[] | undefined): Promise<readonly string[] | undefined> {
  return pickPaths(title, 'Which files or folder, the page of the format says', lastUsed(last));
}

async function pickRecords(last: readonly string[] | undefined): Promise<readonly string[] | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  const isOpen = document !== undefined && isUscdf(document) && isLocal(document.uri);
  const open = isOpen ? [pathItem([document.uri.fsPath], 'open')] : [];
  return pickPaths('Export: which records?', 'USCDF files, or a folder of them', [...open, ...lastUsed(last)]);
}

/** Empty for the folders of the inputs. */
async function pickImages(
  title: string,
  inputs: readonly string[],
  last: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  const beside = { label: 'Beside the Dataset', description: dirname(inputs[0]!), paths: [] };
  const set = imageFolders();
  const fromSettings = set.length === 0 ? [] : [pathItem(set, 'from the settings')];
  const known = [...lastUsed(last), ...fromSettings, beside];
  return pickPaths(title, 'Where the photographs lie', known, ['folder']);
}

/** The folders that the settings name, as absolute paths. */
function imageFolders(): readonly string[] {
  const set: unknown = vscode.workspace.getConfiguration('uscdf').get('convert.images');
  const root = vscode.workspace.workspaceFolders?.find(({ uri }) => isLocal(uri))?.uri;
  if (!Array.isArray(set)) return [];
  return set
    .filter((path): path is string => typeof path === 'string' && path.trim() !== '')
    .map((path) =>
      /^(?:[\\/]|[A-Za-z]:)/.test(path) || root === undefined ? path : vscode.Uri.joinPath(root, path).fsPath,
    );
}

async function pickPaths(
  title: string,
  placeHolder: string,
  known: readonly PathItem[],
  browsing: readonly ('files' | 'folder')[] = ['files', 'folder'],
): Promise<readonly string[] | undefined> {
  const seen = new Set<string>();
  const items: readonly PathItem[] = [
    ...known.filter(({ paths = [] }) => !seen.has(paths.join('\0')) && seen.add(paths.join('\0'))),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    ...browsing.map((what) =>
      what === 'files'
        ? { label: '$(file) Choose Files…', browse: what, alwaysShow: true }
        : { label: '$(folder) Choose a Folder…', browse: what, alwaysShow: true },
    ),
  ];
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  return chosen?.browse === undefined ? chosen?.paths : browse(title, chosen.browse === 'folder');
}

async function browse(title: string, folder: boolean): Promise<readonly string[] | undefined> {
  const picked = await vscode.window.showOpenDialog({
    ...{ title, openLabel: 'Choose', canSelectFiles: !folder, canSelectFolders: folder, canSelectMany: true },
    ...(!folder && { filters: ALL_FILES }),
  });
  const local = picked?.filter(isLocal).map(({ fsPath }) => fsPath);
  return local?.length === 0 ? undefined : local;
}

/** Each option with its value, to be changed one by one; names of options with what was chosen, without those at their defaults. */
async function pickOptions(
  title: string,
  own: readonly FormatOption[],
  last: ConversionRequest | undefined,
): Promise<ReadonlyMap<string, string> | undefined> {
  const options = [...own, SEED];
  const chosen = new Map((last?.set ?? []).map(nameAndValue).filter(([name]) => own.some((one) => one.name === name)));
  if (last?.seed !== undefined) chosen.set(SEED.name, String(last.seed));
  for (;;) {
    const items: readonly OptionItem[] = [
      { label: '$(check) Go On with These', alwaysShow: true },
      ...options.map((option) => ({
        label: option.name,
        description: chosen.get(option.name) ?? String(option.default),
        detail: option.description,
        option,
      })),
    ];
    const picked = await vscode.window.showQuickPick(items, { title, placeHolder: 'Choose an option to change it' });
    if (picked === undefined) return undefined;
    if (picked.option === undefined) return chosen;
    const value = await pickValue(title, picked.option, chosen.get(picked.option.name));
    if (value === String(picked.option.default)) chosen.delete(picked.option.name);
    else if (value !== undefined) chosen.set(picked.option.name, value);
  }
}

async function pickValue(
  title: string,
  option: FormatOption,
  current = String(option.default),
): Promise<string | undefined> {
  const values = valuesOf(option);
  const placeHolder = option.description;
  if (values === undefined)
    return vscode.window.showInputBox({
      ...{ title, prompt: placeHolder, value: current },
      validateInput: (text) => valueProblem(option, text),
    });
  const items = values.map((label) => ({ label, description: label === current ? 'now' : '' }));
  return (await vscode.window.showQuickPick(items, { title: `${title}: ${option.name}`, placeHolder }))?.label;
}

function nameAndValue(set: string): [string, string] {
  const at = set.indexOf('=');
  return at < 0 ? [set, 'true'] : [set.slice(0, at), set.slice(at + 1)];
}

/** Where imported records go: a name that is no USCDF file's is made one. */
async function pickRecordFile(input: string): Promise<string | undefined> {
  const picked = await vscode.window.showSaveDialog({
    title: 'Save the imported records as',
    defaultUri: vscode.Uri.file(importTarget(input)),
    filters: USCDF_FILES,
    saveLabel: 'Import',
  });
  if (picked === undefined || !isLocal(picked)) return undefined;
  const output = asUscdfName(picked.fsPath);
  // The dialogue has asked about the name that was picked, and about no other one.
  if (output === picked.fsPath || !existsSync(output)) return output;
  return confirmed(`${output} is there already, and is replaced.`, 'Import', output);
}

/** The path, where the user agrees. */
async function confirmed(question: string, agree: string, path: string): Promise<string | undefined> {
  const answer = await vscode.window.showWarningMessage(question, { modal: true }, agree);
  return answer === agree ? path : undefined;
}

async function pickOutputFile(format: DatasetFormat, input: string): Promise<string | undefined> {
  const output = await vscode.window.showSaveDialog({
    title: `Export to ${format.title} as`,
    defaultUri: vscode.Uri.file(exportTarget(input, format.kind)),
    saveLabel: 'Export',
  });
  return output !== undefined && isLocal(output) ? output.fsPath : undefined;
}

/** Asks again where files of the folder may be replaced. */
async function pickOutputFolder(format: DatasetFormat): Promise<string | undefined> {
  const title = `Export to ${format.title}: the folder for its files`;
  const picked = await vscode.window.showOpenDialog({
    ...{ title, openLabel: 'Export Here', canSelectFiles: false, canSelectFolders: true },
  });
  const folder = picked?.find(isLocal);
  if (folder === undefined) return undefined;
  if ((await vscode.workspace.fs.readDirectory(folder)).length === 0) return folder.fsPath;
  const question = `${folder.fsPath} is not empty: files of the same names are replaced.`;
  return confirmed(question, 'Export', folder.fsPath);
}

function lastUsed(last: readonly string[] | undefined): readonly PathItem[] {
  return last === undefined || last.length === 0 ? [] : [pathItem(last, 'last used')];
}

function pathItem(paths: readonly string[], description: string): PathItem {
  return { label: paths.map((path) => vscode.workspace.asRelativePath(path)).join(', '), description, paths };
}

function isLocal({ scheme }: vscode.Uri): boolean {
  return scheme === 'file';
}
