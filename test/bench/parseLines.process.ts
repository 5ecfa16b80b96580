/** The reference of lintFile.bench.ts: reads a file in blocks and parses each line, in one thread, and keeps nothing. */
import { openSync, readSync } from 'node:fs';

const file = openSync(process.argv[2]!, 'r');
const buffer = Buffer.allocUnsafe(8 << 20);
let rest = 0;
let lines = 0;
for (;;) {
  const read = readSync(file, buffer, rest, buffer.length - rest, null);
  if (read === 0) break;
  const length = rest + read;
  let at = 0;
  for (let end = buffer.indexOf(10, at); end >= 0 && end < length; end = buffer.indexOf(10, at)) {
    JSON.parse(buffer.toString('latin1', at, end));
    lines++;
    at = end + 1;
  }
  buffer.copyWithin(0, at, length);
  rest = length - at;
}
process.stdout.write(`${lines}\n`);
