import type * as vscode from 'vscode';
import type { DraftToAccept } from '../../core/language/acceptDraft.ts';
import type { DraftContext, NamedRecord, UndecidedRecords } from '../../core/language/draftRecords.ts';
import type { PreviewRecord } from '../../core/language/previewModel.ts';
import type { Position } from '../../core/records/position.ts';
import {
  AcceptDraftRequest,
  DecideRequest,
  DraftContextRequest,
  FindRecordRequest,
  PreviewRequest,
  UndecidedRequest,
} from '../../server/protocol.ts';
import type { LanguageServer } from '../languageServer.ts';

const NOTHING: UndecidedRecords = { waiting: [], drafts: [] };

/** What the server knows of drafts and their records: each method is one of its requests. */
export class DraftServer {
  constructor(private readonly server: LanguageServer) {}

  async context(document: vscode.TextDocument, position: Position, phrase?: number): Promise<DraftContext | undefined> {
    const params: DraftContextRequest.Params = {
      ...this.at(document, position),
      ...(phrase !== undefined && { phrase }),
    };
    return (await this.server.ask<DraftContextRequest.Answer>(DraftContextRequest.method, params)) ?? undefined;
  }

  /** What the record is now that was named once; `undefined` where it is gone. */
  async find(document: vscode.TextDocument, name: NamedRecord): Promise<DraftContext | undefined> {
    const params: FindRecordRequest.Params = { uri: this.server.uriOf(document), name };
    return (await this.server.ask<FindRecordRequest.Answer>(FindRecordRequest.method, params)) ?? undefined;
  }

  async undecided(document: vscode.TextDocument): Promise<UndecidedRecords> {
    const params: UndecidedRequest.Params = { uri: this.server.uriOf(document) };
    return (await this.server.ask<UndecidedRequest.Answer>(UndecidedRequest.method, params)) ?? NOTHING;
  }

  async preview(document: vscode.TextDocument, position: Position): Promise<PreviewRecord | undefined> {
    const params = this.at(document, position);
    return (await this.server.ask<PreviewRequest.Answer>(PreviewRequest.method, params)) ?? undefined;
  }

  accept(document: vscode.TextDocument, position: Position, draft: DraftToAccept): Promise<AcceptDraftRequest.Answer> {
    const params: AcceptDraftRequest.Params = { ...this.at(document, position), draft };
    return this.server.ask(AcceptDraftRequest.method, params);
  }

  decide(
    document: vscode.TextDocument,
    position: Position,
    status: DecideRequest.Params['status'],
  ): Promise<DecideRequest.Answer> {
    const params: DecideRequest.Params = { ...this.at(document, position), status };
    return this.server.ask(DecideRequest.method, params);
  }

  private at(document: vscode.TextDocument, { line, character }: Position) {
    return { uri: this.server.uriOf(document), position: { line, character } };
  }
}
