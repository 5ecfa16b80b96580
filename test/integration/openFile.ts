/** A file that is open in the editor: its text here, its copy in the server, and the edits that go from one to the other. */
import type { Diagnostic, DocumentUri } from 'vscode-languageserver/node';
import { LineOffsets } from '../../core/records/lineStore.ts';
import { applyEdits, type Position, type Range, type TextEdit } from '../../core/records/position.ts';
import type { ServerClient } from './serverClient.ts';

export class OpenFile {
  private version = 1;

  constructor(
    private readonly client: ServerClient,
    readonly uri: DocumentUri,
    readonly languageId: string,
    public text: string,
  ) {
    client.tell('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  }

  close(): void {
    this.client.tell('textDocument/didClose', { textDocument: { uri: this.uri } });
  }

  /** Edits as somebody types them: each one's range is in the text that the one before it left. */
  type(...edits: readonly TextEdit[]): void {
    for (const edit of edits) this.text = edited(this.text, [edit]);
    this.version++;
    this.client.tell('textDocument/didChange', {
      textDocument: { uri: this.uri, version: this.version },
      contentChanges: edits.map(({ range, newText }) => ({ range, text: newText })),
    });
  }

  /** Types in the place of some words; of several the first. */
  replace(words: string, newText: string): void {
    this.type({ range: this.rangeOf(words), newText });
  }

  /** Edits as an action or a formatter gives them: all ranges are in the text as it is. */
  apply(edits: readonly TextEdit[] | undefined | null): void {
    const offsets = new LineOffsets(this.text);
    const fromTheBack = [...(edits ?? [])].sort(
      (a, b) => offsets.offset(b.range.start) - offsets.offset(a.range.start),
    );
    if (fromTheBack.length === 0) throw new Error('There is nothing to apply.');
    this.type(...fromTheBack);
  }

  /** Everything anew, as an editor without incremental changes sends it. */
  rewrite(text: string): void {
    this.text = text;
    this.version++;
    this.client.tell('textDocument/didChange', {
      textDocument: { uri: this.uri, version: this.version },
      contentChanges: [{ text }],
    });
  }

  diagnostics(): Promise<readonly Diagnostic[]> {
    return this.client.diagnostics(this.uri);
  }

  async codes(): Promise<readonly (string | number | undefined)[]> {
    return (await this.diagnostics()).map(({ code }) => code);
  }

  /** Where some words stand; `nth` counts from 0. */
  rangeOf(words: string, nth = 0): Range {
    let start = -1;
    for (let i = 0; i <= nth; i++) start = this.text.indexOf(words, start + 1);
    if (start < 0) throw new Error(`The text does not hold “${words}”.`);
    return new LineOffsets(this.text).range({ start, end: start + words.length });
  }

  positionOf(words: string, nth = 0): Position {
    return this.rangeOf(words, nth).start;
  }

  get end(): Position {
    return new LineOffsets(this.text).position(this.text.length);
  }

  wordsAt(range: Range): string {
    const offsets = new LineOffsets(this.text);
    return this.text.slice(offsets.offset(range.start), offsets.offset(range.end));
  }
}

/** A text after edits whose ranges are all in it. */
function edited(text: string, edits: readonly TextEdit[]): string {
  const offsets = new LineOffsets(text);
  const spans = edits.map(({ range, newText }) => ({
    start: offsets.offset(range.start),
    end: offsets.offset(range.end),
    newText,
  }));
  return applyEdits(text, spans);
}
