import * as vscode from 'vscode';
import { isRemote } from '../core/records/recordModel.ts';

/** The file of a record's image; `undefined` for one on the network, which is never fetched. */
export function imageUri(document: vscode.Uri, image: string): vscode.Uri | undefined {
  if (image === '' || isRemote(image)) return undefined;
  if (image.startsWith('/') || /^[A-Za-z]:[\\/]/.test(image)) return vscode.Uri.file(image);
  return vscode.Uri.joinPath(document, '..', image);
}

/** A file's path as a record beside it names it: relative, with forward slashes. */
export function relativePath(document: vscode.Uri, file: vscode.Uri): string {
  const from = document.path.split('/').slice(0, -1);
  const to = file.path.split('/');
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/');
}
