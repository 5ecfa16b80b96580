/** What a mask is drawn for. */
import type { WordsPlace } from '../../core/language/shaping/shapeEdit.ts';
import type { ShownPlace, ShownRecord } from '../protocol.ts';

/** What the mask in work will be. */
export type Purpose =
  | { readonly kind: 'edit'; readonly mask: number }
  | { readonly kind: 'new' }
  | { readonly kind: 'phrase'; readonly phrase: number }
  | { readonly kind: 'words'; readonly words: WordsPlace; readonly text: string };

/** What a new mask is called, or the phrase that it belongs to. */
export type MaskName = { readonly name: string } | { readonly phrase: number };

export interface RecordPlace {
  readonly record: ShownRecord;
  readonly place: ShownPlace;
}
