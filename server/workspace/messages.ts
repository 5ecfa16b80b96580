/** What the server asks of its checking process, and what that answers. */
import type { Diagnostic } from '../../core/language/ranges.ts';
import type { WorkspaceSymbol } from '../../core/language/workspaceSymbols.ts';

/** A folder of the workspace. */
export interface Folder {
  readonly path: string;
  /** The editor's `uscdf` section for it, which may hold anything. */
  readonly editor: unknown;
}

interface Files {
  readonly folders: readonly Folder[];
  /** Only these files; without them all that are found in the folders. */
  readonly only?: readonly string[];
  /** Files that are left alone: the editor has them open. */
  readonly except: readonly string[];
}

/** Checks files. */
export interface CheckJob extends Files {
  readonly kind: 'check';
  /** The stamps of files whose findings are known, by path. */
  readonly known: ReadonlyMap<string, string>;
}

/** Collects the names in files. */
export interface IndexJob extends Files {
  readonly kind: 'index';
}

export type Job = CheckJob | IndexJob;

/** A stamp stands for a file's content and the settings it was checked by. */
export type JobEvent =
  /** So many files and bytes are to be looked at. */
  | { readonly kind: 'found'; readonly files: number; readonly bytes: number }
  | { readonly kind: 'begin'; readonly path: string }
  | {
      readonly kind: 'report';
      readonly path: string;
      readonly stamp: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly kind: 'unchanged'; readonly path: string; readonly stamp: string }
  /** A file that was asked for by name is not there, or is none that is checked. */
  | { readonly kind: 'gone'; readonly path: string }
  /** A config file that cannot be used holds for some of the files. */
  | { readonly kind: 'wrongConfig'; readonly path: string }
  /** So many bytes are done, files before included. */
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'symbols'; readonly path: string; readonly symbols: readonly WorkspaceSymbol[] }
  /** A named limit was reached; a sentence for people. */
  | { readonly kind: 'limit'; readonly message: string }
  /** The job is done. */
  | { readonly kind: 'end' };
