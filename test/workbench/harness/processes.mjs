import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * The ids of the running processes whose command line contains every one of `parts`: how a test finds the inference worker
 * of its own VS Code and no other. Linux and macOS.
 *
 * @param {...string} parts
 * @returns {number[]}
 */
export function processesWith(...parts) {
  return commandLines()
    .filter(({ line }) => parts.every((part) => line.includes(part)))
    .map(({ id }) => id);
}

function commandLines() {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

function fromProc() {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.map((id) => ({ id: Number(id), line: commandLine(id) }));
}

function commandLine(id) {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // It ended meanwhile.
  }
}

function fromPs() {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.map((text) => ({ id: Number.parseInt(text, 10), line: text.replace(/^\s*\d+\s+/, '') }));
}
