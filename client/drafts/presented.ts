/** What the preview shows of a draft. */
import type * as vscode from 'vscode';
import type { DraftContext, NamedRecord } from '../../core/language/draftRecords.ts';
import type { PreviewRecord } from '../../core/language/previewModel.ts';
import type { Position } from '../../core/records/position.ts';
import { endOf } from './documents.ts';
import { previewOf } from './draftRecord.ts';
import type { DraftServer } from './draftServer.ts';
import type { StoredDraft } from './storedDraft.ts';

export interface Presented {
  /** Where the record of the draft begins; the end of the document where it is gone. */
  readonly position: Position;
  readonly record: PreviewRecord;
  readonly model: string;
  readonly notes: readonly string[];
  /** What stands in the file, to compare with; absent where the record has no answer. */
  readonly current?: PreviewRecord;
  /** It stands in the file already. */
  readonly standing?: boolean;
}

const CHANGED =
  'The record has changed since this draft was asked for: accepted, the draft becomes a record of its own behind it.';
const PARENT_CHANGED =
  'The record has changed since this draft was asked for: see that the phrase that it describes is still there.';
const GONE =
  'The record of this draft is gone: accepted, the draft becomes a record of its own at the end of the file.';

/** A draft of the store. */
export async function presentStored(
  server: DraftServer,
  document: vscode.TextDocument,
  stored: StoredDraft,
): Promise<Presented> {
  const { record, asked, model, notes } = stored;
  const found = record && (await server.find(document, record));
  const hasAnswer = found?.position !== undefined && !found.waits && asked.kind !== 'phrase';
  const current = hasAnswer ? await server.preview(document, found.position) : undefined;
  return {
    position: found?.position ?? endOf(document),
    record: previewOf(stored),
    model: `${model.name} ${model.version}`,
    notes: [...changes(stored, found), ...notes],
    ...(current !== undefined && { current }),
  };
}

/** A draft that stands in its file; `undefined` where it is gone or cannot be read. */
export async function presentStanding(
  server: DraftServer,
  document: vscode.TextDocument,
  name: NamedRecord,
): Promise<Presented | undefined> {
  const position = (await server.find(document, name))?.position;
  const record = position && (await server.preview(document, position));
  if (position === undefined || record === undefined) return undefined;
  const model = record.provenance?.model ?? 'a model that is not named';
  return { position, record, model, notes: [], standing: true };
}

/** What the user should know of the record that a draft was asked for. */
function changes({ record, waited, asked }: StoredDraft, found: DraftContext | undefined): readonly string[] {
  if (record === undefined) return [];
  if (found === undefined) return [GONE];
  if (found.name?.fingerprint === record.fingerprint) return [];
  if (asked.kind === 'phrase') return [PARENT_CHANGED];
  return waited ? [CHANGED] : [];
}
