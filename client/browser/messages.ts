/** Checks what comes from the page of the dataset browser: a webview is input like any other. */
import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { AREA_BINS, REVIEW_STATES, TASK_NAMES } from '../../core/browsing/facts.ts';
import { SORTS } from '../../core/browsing/view.ts';
import type { FromBrowser } from '../../media/browserProtocol.ts';

/** Characters of a text that is searched, and of the name of a rule. */
const LONGEST_TEXT = 1_000;
/** Stretches of places; a page shows one or two. */
const MOST_STRETCHES = 100;
/** Places of one stretch. */
const LONGEST_STRETCH = 2_000;

const index = z.number().int().min(0);
const range = z.object({ least: index.exactOptional(), most: index.exactOptional() });
const view = z.object({
  filter: z.object({
    text: z.string().max(LONGEST_TEXT).exactOptional(),
    task: z.enum(TASK_NAMES).exactOptional(),
    finding: z.string().max(LONGEST_TEXT).exactOptional(),
    review: z.enum(REVIEW_STATES).exactOptional(),
    masks: range.exactOptional(),
    phrases: range.exactOptional(),
    denies: z.boolean().exactOptional(),
    area: index.max(AREA_BINS - 1).exactOptional(),
  }),
  sort: z.enum(SORTS),
  descending: z.boolean(),
});
const stretch = z
  .tuple([index, index])
  .refine(([from, to]) => to - from <= LONGEST_STRETCH)
  .readonly();

const fromBrowser: z.ZodType<FromBrowser> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), view }),
  z.object({ type: z.literal('view'), view }),
  z.object({ type: z.literal('want'), selection: index, stretches: z.array(stretch).max(MOST_STRETCHES) }),
  z.object({ type: z.literal('statistics'), wanted: z.boolean() }),
  z.object({ type: z.literal('open'), record: index }),
  z.object({ type: z.literal('again') }),
]);

/** The message, or `undefined` for anything that is none. */
export function readFromBrowser(message: unknown): FromBrowser | undefined {
  const parsed = fromBrowser.safeParse(message);
  return parsed.success ? parsed.data : undefined;
}

const kept = z.object({ path: z.string().refine(isAbsolute) });

/** The dataset that a page showed before the window was loaded anew; `undefined` where its state does not say. */
export function readKeptPath(state: unknown): string | undefined {
  const parsed = kept.safeParse(state);
  return parsed.success ? parsed.data.path : undefined;
}
