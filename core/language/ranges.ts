/** What the features of the editor exchange: plain shapes that the language server protocol shares. */
import type { Range, TextEdit } from '../records/position.ts';
import type { Severity } from '../records/recordModel.ts';

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
  readonly kind: 'quickfix' | 'open';
  readonly code: string;
  readonly isPreferred?: boolean;
  readonly edits: readonly TextEdit[];
  /** For `open`, the page to show. */
  readonly page?: string;
}
