/** A server, and a folder with a photograph, for the tests of one file: there before the first, gone after the last. */
import { afterAll, beforeAll } from 'vitest';
import type { InitializeResult } from 'vscode-languageserver';
import type { FileKind } from '../../core/records/document.ts';
import { builtBundles } from './builtBundles.ts';
import type { OpenFile } from './openFile.ts';
import { PhotoFolder } from './photoFolder.ts';
import { ServerClient, type StartOptions } from './serverClient.ts';

export class PhotoServer {
  folder!: PhotoFolder;
  client!: ServerClient;
  initialized!: InitializeResult;

  constructor(options: StartOptions = {}) {
    beforeAll(async () => {
      await builtBundles();
      this.folder = new PhotoFolder();
      [this.client, this.initialized] = await ServerClient.start(options);
    });
    afterAll(async () => {
      await this.client?.stop();
      this.folder?.remove();
    });
  }

  /** Writes a file into the folder and opens it. */
  open(kind: FileKind, text: string, under?: string): OpenFile {
    return this.folder.open(this.client, kind, text, under);
  }
}
