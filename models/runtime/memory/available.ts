import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** Memory that a process may still take, and of how much. */
export interface MemoryAtHand {
  readonly availableBytes: number;
  readonly totalBytes: number;
  /** Whose memory it is, for a message. */
  readonly of: string;
}

/** Reads a small file of the kernel's; `undefined` where it is not there. */
export type ReadKernelFile = (path: string) => string | undefined;

const ROOT = '/sys/fs/cgroup';

/**
 * The machine's memory, or that of the control group (a container's, as a rule) where that has less. What the kernel keeps of
 * files that were read counts as free in both: it is given up when it is asked for.
 */
export function memoryAtHand(
  freeBytes: number,
  totalBytes: number,
  read: ReadKernelFile = readKernelFile,
): MemoryAtHand {
  const machine: MemoryAtHand = { availableBytes: freeBytes, totalBytes, of: 'the memory of this machine' };
  const group = groupMemory(read);
  return group !== undefined && group.availableBytes < freeBytes ? group : machine;
}

/** The tightest of the limits that this process is under; `undefined` where there is none, or no control groups. */
function groupMemory(read: ReadKernelFile): MemoryAtHand | undefined {
  const lines = (read('/proc/self/cgroup') ?? '').split('\n');
  const unified = lines.find((line) => line.startsWith('0::'))?.slice(3);
  const memory = lines.find((line) => line.split(':')[1]?.split(',').includes('memory'));
  const found = [
    ...foldersUp(unified).map((folder) => limitIn(folder, UNIFIED, read)),
    ...foldersUp(memory?.split(':').slice(2).join(':')).map((folder) => limitIn(`memory/${folder}`, LEGACY, read)),
  ];
  let least: MemoryAtHand | undefined;
  for (const limit of found) {
    if (limit !== undefined && (least === undefined || limit.availableBytes < least.availableBytes)) least = limit;
  }
  return least;
}

/** Names of the files in which either version of control groups keeps its numbers. */
interface GroupFiles {
  readonly limit: string;
  readonly used: string;
  /** The keys in `memory.stat` of what the kernel keeps of files. */
  readonly files: readonly string[];
}

const UNIFIED: GroupFiles = { limit: 'memory.max', used: 'memory.current', files: ['inactive_file', 'active_file'] };
const LEGACY: GroupFiles = {
  limit: 'memory.limit_in_bytes',
  used: 'memory.usage_in_bytes',
  files: ['total_inactive_file', 'total_active_file'],
};

function limitIn(folder: string, { limit, used, files }: GroupFiles, read: ReadKernelFile): MemoryAtHand | undefined {
  const number = (name: string) => Number.parseInt(read(posix.join(ROOT, folder, name)) ?? '', 10);
  const totalBytes = number(limit);
  const usedBytes = number(used);
  // "max", or a file that is not there.
  if (!(totalBytes > 0) || Number.isNaN(usedBytes)) return undefined;
  const stat = (read(posix.join(ROOT, folder, 'memory.stat')) ?? '').split('\n').map((line) => line.split(' '));
  const kept = stat.reduce((sum, [key, value]) => sum + (files.includes(key ?? '') ? Number(value) : 0), 0);
  const availableBytes = Math.max(0, totalBytes - Math.max(0, usedBytes - kept));
  return { availableBytes, totalBytes, of: 'the memory that this container may use' };
}

/** A path and its parents, up to the root: a limit anywhere on the way counts. */
function foldersUp(path: string | undefined): readonly string[] {
  if (path === undefined) return [];
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from({ length: parts.length + 1 }, (_, i) => parts.slice(0, parts.length - i).join('/'));
}

function readKernelFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // No Linux, or no control groups.
    return undefined;
  }
}
