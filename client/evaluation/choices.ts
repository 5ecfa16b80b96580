/** Asks what is to be compared with what, and remembers it for the next time. */
import * as vscode from 'vscode';
import { isUscdf } from '../languageServer.ts';
import type { EvaluationRequest } from './request.ts';

interface PathItem extends vscode.QuickPickItem {
  readonly paths?: readonly string[];
  readonly browse?: 'files' | 'folder';
}

interface ProtocolItem extends vscode.QuickPickItem {
  readonly protocol: EvaluationRequest['protocol'];
}

interface SimilarityItem extends vscode.QuickPickItem {
  readonly name?: string | undefined;
  readonly browse?: 'folder' | 'table';
}

const SIMILARITIES = [
  { name: 'shared-words', label: 'shared-words', detail: 'Words that two phrases share. Stricter than the paper.' },
  { name: 'none', label: 'none', detail: 'Every phrase passes: an upper bound, usually near the paper’s figure.' },
] as const satisfies readonly SimilarityItem[];

/** More files than this are found faster by a dialogue than in a list. */
const MOST_FILES = 200;

const PROTOCOLS: readonly ProtocolItem[] = [
  {
    protocol: 'paper',
    label: 'paper',
    detail: "What the paper's own scripts compute, oddities included: for numbers to stand beside published ones.",
  },
  {
    protocol: 'strict',
    label: 'strict',
    detail: 'The same measures without the oddities: for numbers to decide by.',
  },
];

/**
 * Four questions, each with what was chosen the last time first; `undefined` where the user leaves one. `similarity` is what the
 * settings say.
 */
export async function askRequest(
  last: EvaluationRequest | undefined,
  similarity: string,
): Promise<EvaluationRequest | undefined> {
  const files = await workspaceFiles();
  const references = await pickPaths(
    'Evaluate (1 of 4): references',
    'What is true: a USCDF file or a folder of them, or official ground truth',
    [...activeFile(), ...lastUsed(last?.references), ...files],
  );
  if (references === undefined) return undefined;
  const others = files.filter((item) => item.paths?.[0] !== references[0]);
  const predictions = await pickPaths(
    'Evaluate (2 of 4): predictions',
    'What was predicted, in the same form; records are paired by id',
    [...lastUsed(last?.predictions), ...others],
  );
  if (predictions === undefined) return undefined;
  const protocols = [...PROTOCOLS].sort((a, b) => rank(a, last) - rank(b, last));
  const chosen = await vscode.window.showQuickPick(protocols, {
    title: 'Evaluate (3 of 4): protocol',
    placeHolder: 'How the numbers are computed',
  });
  if (chosen === undefined) return undefined;
  const gate = await pickSimilarity([last?.similarity, similarity]);
  return gate === undefined ? undefined : { references, predictions, protocol: chosen.protocol, similarity: gate };
}

function rank({ protocol }: ProtocolItem, last: EvaluationRequest | undefined): number {
  return protocol === (last?.protocol ?? 'paper') ? 0 : 1;
}

/** How alike phrases have to be for a mask to be recalled. Those that were used come first. */
async function pickSimilarity(used: readonly (string | undefined)[]): Promise<string | undefined> {
  const title = 'Evaluate (4 of 4): text similarity';
  const others = [...new Set(used)].filter(
    (name) => name !== undefined && !SIMILARITIES.some((own) => own.name === name),
  );
  const known = [
    ...SIMILARITIES,
    ...others.map((name) => ({ name, label: name!, detail: 'Used before, or named in the settings.' })),
  ].sort((a, b) => rankOf(a.name, used) - rankOf(b.name, used));
  const browsing = [
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    {
      label: '$(folder) Choose a Model Bundle…',
      detail: 'A language model’s cosine, such as BERT’s, which the paper uses.',
      browse: 'folder',
    },
    { label: '$(file) Choose a Table…', detail: 'A .json list of [label, phrase, likeness].', browse: 'table' },
  ] as const;
  const chosen = await vscode.window.showQuickPick<SimilarityItem>([...known, ...browsing], {
    title,
    placeHolder: 'When a mask’s phrase counts as the one that was to be found (mask recall of captions)',
  });
  if (chosen?.browse === undefined) return chosen?.name;
  const picked = await vscode.window.showOpenDialog({
    title,
    openLabel: 'Choose',
    canSelectFiles: chosen.browse === 'table',
    canSelectFolders: chosen.browse === 'folder',
    ...(chosen.browse === 'table' && { filters: { JSON: ['json'] } }),
  });
  return picked?.find(({ scheme }) => scheme === 'file')?.fsPath;
}

/** The last used first, then what the settings say. */
function rankOf(name: string | undefined, used: readonly (string | undefined)[]): number {
  const place = used.indexOf(name);
  return place < 0 ? used.length : place;
}

async function pickPaths(
  title: string,
  placeHolder: string,
  known: readonly PathItem[],
): Promise<readonly string[] | undefined> {
  const seen = new Set<string>();
  const items: PathItem[] = known.filter(({ paths: own = [] }) => {
    const key = own.join('\0');
    return !seen.has(key) && seen.add(key);
  });
  items.push(
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(file) Choose Files…', browse: 'files', alwaysShow: true },
    { label: '$(folder) Choose a Folder…', browse: 'folder', alwaysShow: true },
  );
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  return chosen?.browse === undefined ? chosen?.paths : browse(title, chosen.browse === 'folder');
}

async function browse(title: string, folder: boolean): Promise<readonly string[] | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title,
    openLabel: 'Choose',
    canSelectFiles: !folder,
    canSelectFolders: folder,
    canSelectMany: true,
    ...(!folder && { filters: { 'USCDF and JSON': ['uscdf', 'json', 'jsonl'] } }),
  });
  const local = picked?.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => fsPath);
  return local?.length === 0 ? undefined : local;
}

function activeFile(): PathItem[] {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !isUscdf(document) || document.uri.scheme !== 'file') return [];
  return [pathItem([document.uri.fsPath], 'open')];
}

function lastUsed(last: readonly string[] | undefined): PathItem[] {
  return last === undefined ? [] : [pathItem(last, 'last used')];
}

async function workspaceFiles(): Promise<readonly PathItem[]> {
  const found = await vscode.workspace.findFiles(
    '**/*.{uscdf,uscdf.json,uscdf.jsonl}',
    '**/node_modules/**',
    MOST_FILES,
  );
  return found
    .filter(({ scheme }) => scheme === 'file')
    .map(({ fsPath }) => fsPath)
    .sort()
    .map((path) => pathItem([path], ''));
}

function pathItem(own: readonly string[], description: string): PathItem {
  const label = own.map((path) => vscode.workspace.asRelativePath(path)).join(', ');
  return { label, description, paths: own };
}
