/** Draws pictures and colours beside the text of an editor: decorations, which are no part of what is copied or printed. */
import * as vscode from 'vscode';
import type { LineSwatch, MaskPicture } from '../../core/language/maskPictures.ts';
import { MASK_COLORS } from '../../core/masks/palette.ts';

/** In the middle of the line, without moving its text. Of an attachment only this property reaches the style sheet as it is. */
const IN_THE_MIDDLE = 'none; vertical-align: -0.2em; line-height: 0';

export class Painter implements vscode.Disposable {
  private readonly behindSegs = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly besideLines = MASK_COLORS.map(({ hex }) =>
    vscode.window.createTextEditorDecorationType({
      gutterIconPath: svgUri(swatchOf(hex)),
      gutterIconSize: 'contain',
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    }),
  );

  /** Draws these pictures behind their `[SEG]` instead of those that are there, over `room` pixels of the note behind them. */
  paintPictures(editor: vscode.TextEditor, pictures: readonly MaskPicture[], room: number): void {
    const options = pictures.map(({ range: { start, end }, svg }): vscode.DecorationOptions => {
      const margin = `0 ${-room}px 0 4px`;
      const after = { contentIconPath: svgUri(svg), margin, textDecoration: IN_THE_MIDDLE };
      return {
        range: new vscode.Range(start.line, start.character, end.line, end.character),
        renderOptions: { after },
      };
    });
    editor.setDecorations(this.behindSegs, options);
  }

  /** Draws these colours in the gutter instead of those that are there. */
  paintSwatches(editor: vscode.TextEditor, swatches: readonly LineSwatch[]): void {
    for (const [color, type] of this.besideLines.entries()) {
      const lines = swatches.filter(({ mask }) => mask % MASK_COLORS.length === color);
      editor.setDecorations(
        type,
        lines.map(({ line }) => new vscode.Range(line, 0, line, 0)),
      );
    }
  }

  dispose(): void {
    for (const type of [this.behindSegs, ...this.besideLines]) type.dispose();
  }
}

function swatchOf(hex: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="3.5" y="3.5" width="9" height="9" rx="2" fill="${hex}" stroke="#888"/></svg>`;
}

function svgUri(svg: string): vscode.Uri {
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
}
