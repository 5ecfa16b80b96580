import type * as vscode from 'vscode';
import type { PhrasePlace } from '../../core/language/languageService.ts';
import type { ShapeEdit } from '../../core/language/shaping/shapeEdit.ts';
import type { Position, Range } from '../../core/records/position.ts';
import {
  DraftContextRequest,
  PhraseAtRequest,
  PreviewRequest,
  RangeOfPhraseRequest,
  RecordPlaceRequest,
  ShapeRequest,
  WordsAtRequest,
} from '../../server/protocol.ts';
import type { LanguageServer } from '../languageServer.ts';

/** What the server knows of a document's records: each method is one of its requests. */
export class Records {
  constructor(private readonly server: LanguageServer) {}

  phraseAt(document: vscode.TextDocument, position: Position): Promise<PhraseAtRequest.Answer> {
    return this.server.ask(PhraseAtRequest.method, this.at(document, position));
  }

  preview(document: vscode.TextDocument, position: Position): Promise<PreviewRequest.Answer> {
    return this.server.ask(PreviewRequest.method, this.at(document, position));
  }

  place(document: vscode.TextDocument, record: number): Promise<RecordPlaceRequest.Answer> {
    const params: RecordPlaceRequest.Params = { uri: this.server.uriOf(document), record };
    return this.server.ask(RecordPlaceRequest.method, params);
  }

  phraseRange(document: vscode.TextDocument, place: PhrasePlace): Promise<RangeOfPhraseRequest.Answer> {
    const params: RangeOfPhraseRequest.Params = { uri: this.server.uriOf(document), place };
    return this.server.ask(RangeOfPhraseRequest.method, params);
  }

  /** The image that the record at a position names. */
  async imageAt(document: vscode.TextDocument, position: Position): Promise<string | undefined> {
    const at = this.at(document, position);
    return (await this.server.ask<DraftContextRequest.Answer>(DraftContextRequest.method, at))?.image;
  }

  shape(document: vscode.TextDocument, record: number, edit: ShapeEdit): Promise<ShapeRequest.Answer> {
    const params: ShapeRequest.Params = { uri: this.server.uriOf(document), record, edit };
    return this.server.ask(ShapeRequest.method, params);
  }

  wordsAt(document: vscode.TextDocument, range: Range): Promise<WordsAtRequest.Answer> {
    const params: WordsAtRequest.Params = { uri: this.server.uriOf(document), range };
    return this.server.ask(WordsAtRequest.method, params);
  }

  private at(document: vscode.TextDocument, { line, character }: Position) {
    return { uri: this.server.uriOf(document), position: { line, character } };
  }
}
