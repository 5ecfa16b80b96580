/** What the parts of a preview tell each other. */
import type * as vscode from 'vscode';
import type { PreviewRecord } from '../../core/language/previewModel.ts';
import type { Position } from '../../core/records/position.ts';
import type { Answer, FromPreview, QueueState } from '../../media/protocol.ts';
import type { FocusKeys } from './focusKeys.ts';
import type { HoverLight } from './hoverLight.ts';
import type { PageLinks } from './messenger.ts';
import type { Records } from './records.ts';
import type { ShapeWriter } from './shapeWriter.ts';
import type { Showing, Showings } from './showings.ts';
import type { CursorWatch } from './sync.ts';

type Segment = Extract<FromPreview, { readonly type: 'segment' }>;

/** Who makes masks for points and boxes. */
export interface PromptSource {
  /** Whether a mask can be asked for, or the sentence that says why not. */
  ready(document: vscode.TextDocument): true | string;
  /** A mask on the photograph that a record of the document names. */
  segment(
    document: vscode.TextDocument,
    image: string,
    points: Segment['points'],
    box: Segment['box'],
    signal: AbortSignal,
  ): Promise<Answer>;
  /** These photographs may be asked about soon, the first of them first. */
  prepare(document: vscode.TextDocument, images: readonly string[]): void;
  /** A mask is in work: what was prepared is needed now. */
  drawing(): void;
}

/** What all previews share. */
export interface SessionParts {
  /** The extension's folder. */
  readonly extension: vscode.Uri;
  readonly extensionId: string;
  readonly records: Records;
  readonly links: PageLinks;
  readonly prompts: PromptSource;
  readonly watch: CursorWatch;
  readonly focus: FocusKeys;
  readonly hoverLight: HoverLight;
  readonly writer: ShapeWriter;
  /** The queue of drafts as it is now. */
  readonly queue: () => QueueState | undefined;
}

/** A record of a file, and what was predicted for it. */
export interface Comparison {
  /** Of the reference's file. */
  readonly uri: vscode.Uri;
  readonly position: Position;
  readonly reference: PreviewRecord;
  /** Has the reference's id; without one the reference is shown as it is, where no document can be followed. */
  readonly prediction?: PreviewRecord;
}

/** A draft as the page is to show it. */
export interface DraftToShow {
  readonly document: vscode.Uri;
  readonly record: PreviewRecord;
  readonly model: string;
  readonly notes: readonly string[];
  /** What stands in the file now. */
  readonly current?: PreviewRecord;
  readonly waiting?: { readonly number: number; readonly of: number };
  /** It stands in the file already, marked as a draft. */
  readonly standing?: boolean;
}

/** The record that a page shows. */
export interface Shown {
  readonly document: vscode.TextDocument;
  readonly showing: Showing;
  readonly record: PreviewRecord;
  /** Records in the file. */
  readonly records: number;
  readonly editable: boolean;
}

/** A preview as the requests of its page see it. */
export interface Previewing {
  readonly parts: SessionParts;
  readonly panel: vscode.WebviewPanel;
  /** The panel beside the text, or the editor that stands for it. */
  readonly kind: 'panel' | 'editor';
  readonly document: vscode.TextDocument | undefined;
  /** Some place in the shown record; the cursor's, where it is followed. Moves along when the text changes. */
  position: Position;
  readonly shown: Shown | undefined;
  readonly showings: Showings;
  /** The draft that is shown in place of the record. */
  readonly waitingDraft: DraftToShow | undefined;
  /** Lights a phrase in the picture. */
  light(phrase: number | undefined): void;
  /** Opens the document again where it was closed: a panel outlives the text beside it. */
  reopen(): Promise<void>;
  /** Brings the page up to date now. */
  show(): Promise<void>;
  /** Asks for the record anew, and shows it where it looks otherwise. */
  refresh(delay: number): void;
  /** Tells the page the record again, though nothing has changed. */
  repost(): void;
}
