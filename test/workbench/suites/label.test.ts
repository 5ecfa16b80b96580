import * as assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { closeAll, inWorkspace, open } from './editor.ts';

const folder = 'labelled';

interface Labelled {
  readonly id: string;
  readonly conversations: readonly { readonly value: string }[];
  readonly provenance: { readonly status: string; readonly model: string };
}

describe('label', () => {
  let server: Server;
  /** Bodies of the requests. */
  let asked: string[] = [];

  before(async () => {
    // Any of our files starts the extension.
    await open('scene.uscdf');
    await vscode.workspace.fs.createDirectory(inWorkspace(folder));
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        asked.push(body);
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ choices: [{ message: { content: answerTo(body) } }] }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    asked = [];
  });
  afterEach(closeAll);
  after(async () => {
    server.close();
    await set('endpoint', undefined);
    await set('model', undefined);
    await vscode.workspace.fs.delete(inWorkspace(folder), { recursive: true });
  });

  it('asks a server on this machine for each object, and writes drafts', async () => {
    await set('endpoint', `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
    await set('model', 'small');
    const output = await label('scene.uscdf.jsonl', 'server');
    assert.ok(output !== undefined && existsSync(output));
    const records = read(output);
    assert.ok(records.length >= 2);
    assert.ok(asked.length > records.length, 'every object and every description is asked for');
    assert.ok(asked.some((body) => body.includes('data:image/jpeg;base64,')));
    for (const { conversations, provenance } of records) {
      assert.match(conversations[1]?.value ?? '', /<p> a thing <\/p> \[SEG\]/);
      assert.deepEqual([provenance.status, provenance.model], ['draft', 'small']);
    }
    asked = [];
    assert.equal(await label('scene.uscdf.jsonl', 'server'), output);
    assert.deepEqual(asked, [], 'what is there is not asked for again');
  });

  it('labels by the local model without a server', async () => {
    const output = await label('images/horses.jpg', 'local');
    assert.ok(output !== undefined);
    assert.equal(read(output)[0]?.id, 'horses-root');
    assert.deepEqual(asked, []);
  });

  it('does nothing when it is handed something else', async () => {
    assert.equal(await vscode.commands.executeCommand('uscdf.label', { inputs: ['a.jpg'] }), undefined);
  });
});

function label(input: string, provider: string): Thenable<string | undefined> {
  const output = inWorkspace(`${folder}/${provider}.uscdf.jsonl`).fsPath;
  return vscode.commands.executeCommand('uscdf.label', { inputs: [inWorkspace(input).fsPath], output, provider });
}

function read(path: string): readonly Labelled[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Labelled);
}

function set(key: string, value: string | undefined): Thenable<void> {
  return vscode.workspace
    .getConfiguration('uscdf')
    .update(`labelling.${key}`, value, vscode.ConfigurationTarget.Global);
}

/** Captions for a picture; for notes a sentence that mentions every object. */
function answerTo(body: string): string {
  if (body.includes('data:image/')) return 'Short Description: a thing\nDetailed Caption: A thing in a picture.';
  const numbers = [...body.matchAll(/<object(\d+)> Short Caption/g)].map((match) => match[1]);
  return `There is ${numbers.map((number) => `<object${number}> a thing </object${number}>`).join(' and ')}.`;
}
