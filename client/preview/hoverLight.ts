import * as vscode from 'vscode';
import type { Range } from '../../core/records/position.ts';

/** Marks the words of the mask under the pointer in the text: a decoration, so that cursor and selection stay where they are. */
export class HoverLight implements vscode.Disposable {
  private readonly type = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('editor.hoverHighlightBackground'),
    // High contrast has no such background.
    outline: '1px solid',
    outlineColor: new vscode.ThemeColor('focusBorder'),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private editor: vscode.TextEditor | undefined;

  /** Marks a range of an editor, and nothing else any more. */
  show(editor: vscode.TextEditor, { start, end }: Range): void {
    if (this.editor !== editor) this.clear();
    this.editor = editor;
    editor.setDecorations(this.type, [new vscode.Range(start.line, start.character, end.line, end.character)]);
  }

  clear(): void {
    this.editor?.setDecorations(this.type, []);
    this.editor = undefined;
  }

  dispose(): void {
    this.type.dispose();
  }
}
