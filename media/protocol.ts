/**
 * The messages between the extension and the preview page, both ways. vscode-messenger carries them: what the page says is a
 * request of the method `fromPage`, what the extension says a notification of the method `toPage`. The page trusts the extension;
 * the extension checks what comes from the page with `client/preview/messages.ts`.
 */
import type { NotificationType, RequestType } from 'vscode-messenger-common';
import type { PreviewRecord } from '../core/language/previewModel.ts';
import type { DrawnMask, ShapeEdit, WordsPlace } from '../core/language/shaping/shapeEdit.ts';

export const toPage: NotificationType<ToPreview> = { method: 'uscdf/toPage' };
export const fromPage: RequestType<FromPreview, Answer> = { method: 'uscdf/fromPage' };

/** A record as the page shows it: the server's model plus what only the extension knows. */
export interface ShownRecord extends PreviewRecord {
  /** The photograph's address inside the webview, or nothing where it cannot be shown. */
  readonly imageSource?: string;
}

/** Where the shown record stands, and what may be done to it. */
export interface ShownPlace {
  /** Records in the file. */
  readonly records: number;
  /** Names this showing of the record, of whatever file; a shape edit says by it what it was drawn on. Not a document's version. */
  readonly version: number;
  /** Names the file, so that a record of the same name and photograph in another file is told apart. */
  readonly file?: string;
  /** Masks and phrases can be changed: not where two records are compared, nor in a file that is read-only. */
  readonly editable: boolean;
  /** A mask can be asked for by points and boxes; else the sentence that says why not. */
  readonly prompts: true | string;
}

/** A draft that waits for the user's decision. */
export interface ShownDraft {
  readonly record: ShownRecord;
  /** The bundle's name, for example `coco80`. */
  readonly model: string;
  /** What the model wants the user to know, one sentence each. */
  readonly notes: readonly string[];
  /** What stands in the file now, to compare with; nothing where the record has no answer yet. */
  readonly current?: ShownRecord;
  /** Its place among the drafts that wait. */
  readonly waiting?: { readonly number: number; readonly of: number };
  /** It stands in the file already, marked as a draft. */
  readonly standing?: boolean;
}

/** The queue of drafts for all records without an answer. */
export interface QueueState {
  readonly state: 'running' | 'paused';
  readonly done: number;
  readonly failed: number;
  readonly total: number;
  /** Drafts that wait for a decision. */
  readonly undecided: number;
}

/** Tools of the mask editor; `look` is none of them: picking and panning. */
export const TOOLS = ['look', 'points', 'box', 'polygon', 'brush', 'eraser', 'fill'] as const;
export type Tool = (typeof TOOLS)[number];

/** What an editor command asks of the page; `client/preview/actions.ts` has the command of each, and its key. */
export const PAGE_ACTIONS = [
  ...(['tool.look', 'tool.points', 'tool.box', 'tool.polygon', 'tool.brush', 'tool.eraser', 'tool.fill'] as const),
  /** Saves the mask in work, or lets it go. */
  ...(['mask.save', 'mask.cancel', 'mask.undo', 'mask.redo'] as const),
  ...(['mask.grow', 'mask.shrink', 'mask.smooth', 'mask.fillHoles', 'mask.invert', 'mask.removeSpecks'] as const),
  ...(['mask.subtract', 'mask.splitParts', 'mask.merge', 'mask.new', 'mask.edit', 'mask.remove', 'mask.hide'] as const),
  ...(['phrase.draw', 'phrase.moveBack', 'phrase.moveForward', 'phrase.remove'] as const),
  ...(['brush.larger', 'brush.smaller', 'point.positive', 'point.negative'] as const),
  ...([
    'view.zoomIn',
    'view.zoomOut',
    'view.fit',
    'view.pixels',
    'view.split',
    'view.outlines',
    'view.numbers',
  ] as const),
  ...(['view.labels', 'view.patterns', 'view.legend', 'view.hideOthers', 'view.compare'] as const),
  ...(['next.mask', 'previous.mask', 'help'] as const),
] as const;
export type PageAction = (typeof PAGE_ACTIONS)[number];

export type ToPreview =
  | { readonly type: 'show'; readonly record: ShownRecord; readonly place: ShownPlace }
  /** Nothing to show here, and why. */
  | { readonly type: 'empty'; readonly message: string }
  /** Lights up one phrase (its index over the whole record) and its mask; `undefined` lights up none. */
  | { readonly type: 'highlight'; readonly phrase: number | undefined }
  | { readonly type: 'draft'; readonly draft: ShownDraft }
  | { readonly type: 'draftClosed' }
  | { readonly type: 'queue'; readonly queue: QueueState | undefined }
  /** A command of the editor, wherever its key was pressed. */
  | { readonly type: 'act'; readonly action: PageAction }
  /** Words were selected in the text: what is drawn next is their mask. */
  | { readonly type: 'drawWords'; readonly words: WordsPlace; readonly text: string };

export type FromPreview =
  | { readonly type: 'ready' }
  /** The user clicked a mask, or a phrase in the caption or the list. */
  | { readonly type: 'select'; readonly phrase: number }
  /** The pointer, or the keys, rest on a phrase or its mask; on none where `phrase` is left out. */
  | { readonly type: 'hover'; readonly phrase?: number }
  /** The photograph did not load in the page. */
  | { readonly type: 'imageFailed' }
  /** The record `by` places further on, or the one numbered `record` from 0. */
  | { readonly type: 'step'; readonly by: 1 | -1 }
  | { readonly type: 'goTo'; readonly record: number }
  /** Where the page's focus is, so that single keys mean tools on the picture and letters in a field. */
  | { readonly type: 'focus'; readonly on: 'picture' | 'field' | 'elsewhere'; readonly drawing: boolean }
  /** The document's undo and redo, where the page has nothing of its own to undo. */
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }
  | { readonly type: 'shape'; readonly record: number; readonly version: number; readonly edit: ShapeEdit }
  /** A mask for points and a box, in pixels of the photograph. */
  | {
      readonly type: 'segment';
      readonly points: readonly { readonly x: number; readonly y: number; readonly positive: boolean }[];
      readonly box?: readonly [x: number, y: number, width: number, height: number];
    }
  /** A draft for this photograph, or for one phrase of its answer in finer parts. */
  | { readonly type: 'requestDraft'; readonly phrase?: number; readonly question?: string }
  | { readonly type: 'acceptDraft' }
  | { readonly type: 'rejectDraft' }
  | { readonly type: 'editDraft' }
  | { readonly type: 'nextDraft'; readonly by: 1 | -1 }
  | { readonly type: 'queue'; readonly to: 'start' | 'pause' | 'resume' | 'stop' }
  | { readonly type: 'openKeys' };

/** What the extension answers: `shape` with whether the file took it, `segment` with the mask, the others with `ok`. */
export type Answer =
  | { readonly ok: true; readonly drawn?: DrawnMask; readonly score?: number }
  /** What is wrong and what to do. */
  | { readonly ok: false; readonly message: string };
