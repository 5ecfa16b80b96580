/** Text that has to wait until something before it is known: in memory while it is short, in a file when it is long. */
import { closeSync, readSync, rmSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { keep, TemporaryFile } from '../temporaryFile.ts';
import type { Output } from './output.ts';

const MAX_LENGTH = 4e6;
const BLOCK_BYTES = 1 << 20;

export class Spool {
  private parts: string[] = [];
  private length = 0;
  private file: TemporaryFile | undefined;

  /** `maxLength` characters stay in memory. */
  constructor(private readonly maxLength: number = MAX_LENGTH) {}

  /** Throws a `TemporaryFileError`. */
  add(text: string): void {
    this.parts.push(text);
    this.length += text.length;
    if (this.length > this.maxLength) this.writeOut();
  }

  /** Hands all of it to the output, and forgets it. */
  async copyTo(output: Output): Promise<void> {
    if (this.file !== undefined) {
      this.writeOut();
      await copyFile(this.file.descriptor, output);
      closeSync(this.file.descriptor);
      rmSync(this.file.path, { force: true });
      keep(this.file.path);
      this.file = undefined;
    }
    for (const part of this.parts) output.write(part);
    this.parts = [];
    this.length = 0;
    await output.flush();
  }

  private writeOut(): void {
    this.file ??= new TemporaryFile();
    this.file.append(Buffer.from(this.parts.join('')));
    this.parts = [];
    this.length = 0;
  }
}

async function copyFile(descriptor: number, output: Output): Promise<void> {
  const block = Buffer.alloc(BLOCK_BYTES);
  const decoder = new StringDecoder('utf8');
  for (let at = 0; ; ) {
    const read = readSync(descriptor, block, 0, block.length, at);
    if (read === 0) break;
    at += read;
    output.write(decoder.write(block.subarray(0, read)));
    await output.flush();
  }
}
