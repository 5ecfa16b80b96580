import * as vscode from 'vscode';
import type { NamedRecord } from '../../core/language/draftRecords.ts';
import type { Position } from '../../core/records/position.ts';
import { isWritable } from '../preview/textSide.ts';
import { apply, documentFor, endOf, nameOf, opened } from './documents.ts';
import type { DraftServer } from './draftServer.ts';
import type { ReviewPlace } from './reviewOrder.ts';
import { acceptedDraft, type StoredDraft } from './storedDraft.ts';

export type Decision = 'accepted' | 'rejected';

const READ_ONLY = 'its file is read-only. Make it writable, or save it under another name.';

/** Writes what was decided on drafts into their files, each as one edit. The user is told what goes wrong. */
export class DraftWriting {
  constructor(private readonly server: DraftServer) {}

  /** Writes an accepted draft of the store; resolves with whether it is there. */
  async write(stored: StoredDraft): Promise<boolean> {
    const { record, waited } = stored;
    const document = await opened(vscode.Uri.parse(stored.document));
    if (document === undefined)
      return refused(`${nameOf(stored.document)} cannot be opened. Put the file back, or reject the draft.`);
    if (!(await isWritable(document))) return refused(READ_ONLY);
    const found = record && (await this.server.find(document, record));
    const isGone = record !== undefined && found === undefined;
    const isChanged = waited && found?.waits === true && found.name?.fingerprint !== record?.fingerprint;
    const draft = { ...acceptedDraft(stored), ...((isGone || isChanged) && { apart: true }) };
    const answer = await this.server.accept(document, found?.position ?? endOf(document), draft);
    if ('message' in answer) return refused(answer.message);
    if (await apply(document, answer.edits)) return true;
    return refused('The editor refused the change. The draft still waits; try again.');
  }

  /** Decides on the draft that stands in a file; resolves with whether the file says so. */
  async decideStanding(uri: string, name: NamedRecord, decision: Decision): Promise<boolean> {
    const document = await opened(vscode.Uri.parse(uri));
    if (document !== undefined && !(await isWritable(document))) return refused(READ_ONLY);
    const position = document && (await this.server.find(document, name))?.position;
    const edits = position && (await this.server.decide(document, position, decision));
    if (document === undefined || !edits || !(await apply(document, edits)))
      return refused('Its record is gone or cannot be changed: look at the file.');
    return true;
  }

  /** Decides on the draft that stands at a position; resolves with its place, or `undefined` where there is none. */
  async decideAt(uri: string, position: Position, decision: Decision): Promise<ReviewPlace | undefined> {
    const document = await documentFor(uri);
    if (document === undefined) return undefined;
    if (!(await isWritable(document))) {
      refused(READ_ONLY);
      return undefined;
    }
    const context = await this.server.context(document, position);
    const edits = await this.server.decide(document, position, decision);
    if (edits === null || context?.name === undefined || !(await apply(document, edits))) return undefined;
    return { document: document.uri.toString(), record: context.name.record };
  }
}

function refused(why: string): false {
  void vscode.window.showErrorMessage(`The draft was not decided on: ${why}`);
  return false;
}
