/** A fix that writes a file beside the document: one edit, offered only to an editor that can create files. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ClientCapabilities, CreateFile, TextDocumentEdit, TextEdit } from 'vscode-languageserver/node';
import { builtBundles } from './builtBundles.ts';
import { aboutRiders, fileOf, HORSE, PHOTO, PhotoFolder } from './photoFolder.ts';
import { ServerClient, VS_CODE } from './serverClient.ts';

const CREATES: ClientCapabilities = {
  ...VS_CODE,
  workspace: {
    ...VS_CODE.workspace,
    workspaceEdit: { documentChanges: true, resourceOperations: ['create', 'rename', 'delete'] },
  },
};

/** The rider as runs of one pixel: some 12,000 characters. */
const LONG = {
  size: [PHOTO.height, PHOTO.width],
  counts: [...Array.from({ length: 4_001 }, () => 1), PHOTO.height * PHOTO.width - 4_001],
};
const text = fileOf('jsonl', aboutRiders({ masks: [HORSE, LONG] }), aboutRiders({ id: 'second' }));

let folder: PhotoFolder;
beforeAll(async () => {
  await builtBundles();
  folder = new PhotoFolder();
});
afterAll(() => folder.remove());

async function movesOf(client: ServerClient) {
  const file = folder.open(client, 'jsonl', text);
  const [found] = await file.diagnostics();
  expect(found).toMatchObject({ code: 'long-line', range: file.rangeOf('"masks"') });
  const actions = await client.codeActions(file.uri, found!.range, { diagnostics: [found!] });
  return { file, moves: actions.filter(({ title }) => title.startsWith('Move the masks to ')) };
}

it('moves the masks of a long line into a file that was not there', async () => {
  const [client] = await ServerClient.start({ capabilities: CREATES });
  const { file, moves } = await movesOf(client);
  const [create, fill, change] = moves[0]!.edit!.documentChanges as [CreateFile, TextDocumentEdit, TextDocumentEdit];
  expect(create).toMatchObject({ kind: 'create', options: { overwrite: false, ignoreIfExists: false } });
  expect(create.uri).toMatch(new RegExp(`^${new URL('masks/riders-', file.uri).href}[0-9a-f]{8}\\.masks\\.json$`));
  expect(fill.textDocument).toEqual({ uri: create.uri, version: null });
  const { newText } = fill.edits[0] as TextEdit;
  expect(JSON.parse(newText)).toEqual([HORSE, LONG]);
  expect(change.textDocument).toEqual({ uri: file.uri, version: 1 });

  const [, second] = file.text.split('\n');
  folder.write(new URL(create.uri).pathname.split('/').slice(-2).join('/'), newText);
  file.apply(change.edits as TextEdit[]);
  expect(JSON.parse(file.text.split('\n')[0]!)).toMatchObject({
    id: 'riders',
    masks: expect.stringMatching(/^masks\/riders-/),
  });
  expect(file.text.split('\n')[1]).toBe(second);
  expect(await file.diagnostics()).toEqual([]);
  await client.stop();
});

it('is not offered to an editor that creates no files', async () => {
  const [client] = await ServerClient.start({ capabilities: VS_CODE });
  expect((await movesOf(client)).moves).toEqual([]);
  await client.stop();
});
