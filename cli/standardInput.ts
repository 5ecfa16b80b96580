import { closeSync } from 'node:fs';
import { TemporaryFile } from './temporaryFile.ts';

/** The whole of standard input. */
export async function readStandardInput(): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** The whole of standard input: its bytes where they are few, else the path of a file that holds them while the command runs. */
export async function takeStandardInput(
  maxBytes: number,
): Promise<{ readonly bytes: Uint8Array } | { readonly path: string }> {
  const parts: Buffer[] = [];
  let length = 0;
  let file: TemporaryFile | undefined;
  for await (const part of process.stdin) {
    parts.push(part as Buffer);
    length += (part as Buffer).length;
    if (length <= maxBytes) continue;
    file ??= new TemporaryFile();
    for (const bytes of parts.splice(0)) file.append(bytes);
  }
  if (file === undefined) return { bytes: Buffer.concat(parts) };
  closeSync(file.descriptor);
  return { path: file.path };
}
