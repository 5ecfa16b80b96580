/** The messages from the report page to the extension, which checks them with `client/evaluation/reportMessages.ts`. */
export type FromReport =
  /** The user chose an entry of one of the report's lists, counted from 0. */
  { readonly type: 'open'; readonly list: 'worst' | 'problems'; readonly index: number } | { readonly type: 'save' };
