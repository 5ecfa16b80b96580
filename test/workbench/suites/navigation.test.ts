import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../harness/wait.mjs';
import { closeAll, open, rangeOf } from './editor.ts';

/** One record as a file of each kind; its second phrase is `the fire hydrant`. */
const names = ['scene.uscdf', 'scene.uscdf.json', 'scene.uscdf.jsonl'];

type Definition = vscode.Location | vscode.LocationLink;

/** What a provider's command gives, once it gives anything. */
async function asked<T>(command: string, ...given: readonly unknown[]): Promise<readonly T[]> {
  let found: readonly T[] = [];
  await until(`an answer to ${command}`, async () => {
    found = (await vscode.commands.executeCommand<T[] | undefined>(command, ...given)) ?? [];
    return found.length > 0;
  });
  return found;
}

describe('navigation', () => {
  afterEach(closeAll);

  for (const name of names) {
    it(`${name}: a phrase leads to its mask, and a [SEG] has a colour`, async () => {
      const { document } = await open(name);
      const at = rangeOf(document, '[SEG]').start.translate(0, 2);
      const [definition] = await asked<Definition>('vscode.executeDefinitionProvider', document.uri, at);
      const target = definition instanceof vscode.Location ? definition.range : definition?.targetRange;
      assert.match(document.getText(target), /counts|polygons/);
      const colours = await asked<vscode.ColorInformation>('vscode.executeDocumentColorProvider', document.uri);
      assert.equal(document.getText(colours[0]!.range), '[SEG]');
    });

    it(`${name}: a phrase is named, marked and renamed`, async () => {
      const { document } = await open(name);
      const at = rangeOf(document, '<p> the fire').end;
      const marks = await asked<vscode.DocumentHighlight>('vscode.executeDocumentHighlights', document.uri, at);
      assert.ok(marks.every(({ range }) => /fire/i.test(document.getText(range))));
      const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        document.uri,
        at,
        'red lorry',
      );
      assert.ok(edit.get(document.uri).length >= 1);
      await vscode.workspace.applyEdit(edit);
      assert.match(document.getText(), /<p> the red lorry <\/p> \[SEG\]/);
    });
  }

  it('semantic tokens have the legend of the palette, and its colours are defaults', async () => {
    const { document } = await open('scene.uscdf');
    let legend: vscode.SemanticTokensLegend | undefined;
    await until('a legend', async () => {
      legend = await vscode.commands.executeCommand('vscode.provideDocumentSemanticTokensLegend', document.uri);
      return legend !== undefined;
    });
    assert.ok(legend?.tokenModifiers.includes('mask0'));
    const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens>(
      'vscode.provideDocumentSemanticTokens',
      document.uri,
    );
    assert.ok(tokens.data.length >= 5);
    const colours = vscode.workspace
      .getConfiguration('editor')
      .get<{ rules?: Record<string, unknown> }>('semanticTokenColorCustomizations');
    assert.ok(colours?.rules?.['*.mask0'], 'the palette is among the defaults');
  });
});
