/** A record from a caption with its labels and masks, which evaluation files and predictions both hold. */
import { bareCaption, groundPhrases, withoutTokens } from '../captionSpans.ts';
import { changed } from '../events.ts';
import type { FoundImage, ItemPlace, NewRecord, ReadEvent } from '../format.ts';
import { newRecord } from '../newRecord.ts';
import { GCG_QUESTIONS, MGSC_ROOT_QUESTION } from '../questions.ts';
import { Random } from '../random.ts';
import { captionItems, type LabelledMask } from './captionItems.ts';

/** Which captions these are: grounded conversation generation, or MGLMM's of several granularities. */
export type CaptionTask = 'gcg' | 'mgsc';

export interface CaptionParts {
  readonly dataset: string;
  /** The image id of the files. */
  readonly id: string;
  readonly task: CaptionTask;
  readonly image: FoundImage;
  readonly caption: string;
  readonly labelled: readonly LabelledMask[];
  readonly seed: number;
  readonly width?: number;
  readonly height?: number;
  /** By default one of the official ones, by chance. */
  readonly question?: string;
  readonly target?: string;
  readonly parent?: string;
}

/** The record, and what was lost on the way into it. */
export function captionRecord(
  { dataset, id, task, image, caption, labelled, seed, question, ...more }: CaptionParts,
  from: ItemPlace,
): { readonly record: NewRecord; readonly changes: readonly ReadEvent[] } {
  const bare = bareCaption(withoutTokens(caption));
  const { items, joined } = captionItems(bare, labelled);
  const { text, masks, dropped } = groundPhrases(bare, items);
  const changes = [
    ...joined.map((label) =>
      changed(
        from,
        'same-phrase',
        `The caption has "${label}" less often than there are masks of it: they are joined.`,
      ),
    ),
    ...dropped.map(({ code, message }) => changed(from, code, message)),
  ];
  const record = newRecord({
    ...more,
    id: recordId(task, id),
    image,
    task,
    turns: [{ question: question ?? officialQuestion(task, id, seed), answer: text }],
    masks,
    provenance: { dataset, sourceId: id },
  });
  return { record, changes };
}

/** The same for an image's reference and its prediction, so that they can be compared as USCDF too. */
export function recordId(task: CaptionTask, imageId: string): string {
  return imageId.startsWith(`${task}-`) ? imageId : `${task}-${imageId}`;
}

function officialQuestion(task: CaptionTask, id: string, seed: number): string {
  return task === 'mgsc' ? MGSC_ROOT_QUESTION : new Random(seed, `gcg ${id}`).pick(GCG_QUESTIONS);
}
