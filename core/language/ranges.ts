/** What the features of the editor exchange: plain shapes that the language server protocol shares. */
import type { Range, TextEdit } from '../records/position.ts';
import type { Severity } from '../records/recordModel.ts';
import type { NewFile } from '../rules/rule.ts';

export interface Diagnostic {
  readonly range: Range;
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly page: string;
  readonly related: readonly { readonly range: Range; readonly message: string }[];
}

export interface CodeAction {
  readonly title: string;
  /** `fixAll`: its edits, of all records, are worked out when it is chosen, by `fixAllOf`. */
  readonly kind: 'quickfix' | 'open' | 'fixAll';
  readonly code: string;
  readonly isPreferred?: boolean;
  readonly edits: readonly TextEdit[];
  /** Files that are written first, and never over what is there; an editor that cannot do so is not offered the action. */
  readonly files?: readonly NewFile[];
  /** For `open`, the page to show. */
  readonly page?: string;
}

/** Another way to write what stands at a place, where nothing need be wrong. */
export interface Refactoring {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}
