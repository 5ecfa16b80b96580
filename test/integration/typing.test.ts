/** What helps while somebody types, asked of the built server: completion, folding, growing selections, formatting. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  type CompletionItem,
  type CompletionList,
  type FoldingRange,
  InsertTextFormat,
  type SelectionRange,
  type TextEdit,
} from 'vscode-languageserver/node';
import { FILE_KINDS } from '../../core/testing/fixtures.ts';
import type { OpenFile } from './openFile.ts';
import { aboutRiders, answered, fileOf } from './photoFolder.ts';
import { PhotoServer } from './photoServer.ts';
import { VS_CODE } from './serverClient.ts';

const CAPABILITIES = {
  ...VS_CODE,
  textDocument: {
    ...VS_CODE.textDocument,
    completion: { completionItem: { snippetSupport: true } },
    foldingRange: { rangeLimit: 3 },
  },
};

const photo = new PhotoServer({ capabilities: CAPABILITIES });

/** The completions behind some words of the file, as an editor shows them. */
async function completions(file: OpenFile, words: string): Promise<CompletionList> {
  return photo.client.at<CompletionList>('textDocument/completion', file.uri, file.rangeOf(words).end);
}

function take(file: OpenFile, list: CompletionList, label: string): CompletionItem {
  const item = list.items.find((each) => each.label === label);
  if (item === undefined) expect.fail(`No “${label}” among ${list.items.map((each) => each.label).join(', ')}.`);
  file.apply([item.textEdit as TextEdit]);
  return item;
}

describe.each(FILE_KINDS)('typing in a %s file', (kind) => {
  it('completes the negative clause, and the finding goes', async () => {
    const file = photo.open(kind, fileOf(kind, answered('Sure, <p> horse </p> [SEG] and <p> rider </p> [SEG].')));
    const list = await completions(file, 'rider </p> [SEG].');
    const clause = list.items.find(({ label }) => label.startsWith("But I don't see any "));
    expect(clause).toBeDefined();
    file.apply([clause!.textEdit as TextEdit]);
    expect(file.text).toContain(`[SEG]. ${clause!.label}`);
    expect(await file.codes()).toEqual([]);
  });

  it('completes a phrase as a snippet', async () => {
    const file = photo.open(kind, fileOf(kind, aboutRiders()));
    file.replace('[SEG]', '[SEG] <');
    const item = (await completions(file, '[SEG] <')).items.find(({ label }) => label === '<p> … </p> [SEG]');
    expect(item).toMatchObject({
      insertTextFormat: InsertTextFormat.Snippet,
      textEdit: { newText: `<p> \${1:phrase} </p> [SEG]`, range: { end: file.rangeOf('[SEG] <').end } },
    });
  });

  it('completes the image from folder to file', async () => {
    const file = photo.open(kind, fileOf(kind, aboutRiders({ image: 'im' })), `typing-${kind}`);
    const here = dirname(fileURLToPath(file.uri));
    mkdirSync(join(here, 'elsewhere'), { recursive: true });
    writeFileSync(join(here, 'elsewhere', 'one.jpg'), '');
    writeFileSync(join(here, 'elsewhere', 'one.txt'), '');
    symlinkSync(join(here, 'elsewhere'), join(here, 'images'));
    const text = kind === 'uscdf' ? 'image: im' : '"image": "im';
    const taken = take(file, await completions(file, text), 'images/');
    expect(taken.command?.command).toBe('editor.action.triggerSuggest');
    const files = await completions(file, `${text}ages/`);
    expect(files.items.map(({ label }) => label)).toEqual(['one.jpg']);
    take(file, files, 'one.jpg');
    expect(file.text).toContain(`${text}ages/one.jpg`);
    const nowhere = photo.open(kind, fileOf(kind, aboutRiders({ image: 'nowhere/' })));
    const none = await completions(nowhere, 'nowhere/');
    expect(none.items).toEqual([]);
  });

  it('folds as many ranges as the editor takes', async () => {
    const records = [1, 2, 3, 4].map((id) => aboutRiders({ id: `r${id}` }));
    const file = photo.open(kind, fileOf(kind, ...records));
    const folds = await photo.client.ask<FoldingRange[]>('textDocument/foldingRange', {
      textDocument: { uri: file.uri },
    });
    expect(folds).toHaveLength(kind === 'jsonl' ? 0 : 3);
  });

  it('grows a selection from the word to the file', async () => {
    const file = photo.open(kind, fileOf(kind, aboutRiders()));
    const positions = [file.positionOf('horse'), file.positionOf('[SEG]')];
    const [first, second] = await photo.client.ask<SelectionRange[]>('textDocument/selectionRange', {
      textDocument: { uri: file.uri },
      positions,
    });
    expect(file.wordsAt(first!.range)).toBe('horse');
    expect(file.wordsAt(second!.range)).toBe('[SEG]');
    const steps: string[] = [];
    for (let at: SelectionRange | undefined = second; at !== undefined; at = at.parent)
      steps.push(file.wordsAt(at.range));
    expect(steps.at(-1)).toBe(file.text);
    for (const [i, step] of steps.entries()) if (i > 0) expect(step.length).toBeGreaterThan(steps[i - 1]!.length);
  });

  it('formats the turns of a range alone', async () => {
    const loose = '<p>horse</p>[SEG] and <p>rider</p>[SEG].';
    const file = photo.open(
      kind,
      fileOf(kind, answered(loose), answered(loose, { id: 'second' }), answered(loose, { id: 'third' })),
    );
    const before = file.text;
    const range = { start: file.positionOf('<p>horse', 1), end: file.positionOf('<p>rider', 1) };
    const edits = await photo.client.ask<TextEdit[]>('textDocument/rangeFormatting', {
      textDocument: { uri: file.uri },
      range,
      options: { tabSize: 2, insertSpaces: true },
    });
    file.apply(edits);
    const at = before.indexOf(loose, before.indexOf(loose) + 1);
    const canonical = '<p> horse </p> [SEG] and <p> rider </p> [SEG].';
    expect(file.text).toBe(before.slice(0, at) + canonical + before.slice(at + loose.length));
  });
});
