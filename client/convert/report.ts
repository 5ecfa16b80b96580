import * as z from 'zod';

const item = z.object({
  kind: z.enum(['rejected', 'changed', 'lost']),
  code: z.string(),
  file: z.string(),
  item: z.string(),
  message: z.string(),
});
const counts = z.record(z.string(), z.number());
const reportSchema = z.object({
  version: z.literal(1),
  from: z.string(),
  to: z.string(),
  outputs: z.array(z.string()),
  records: z.number(),
  phrases: z.number(),
  masks: z.number(),
  imagesNotFound: z.number(),
  counts: z.object({ rejected: counts, changed: counts, lost: counts }),
  itemsLeftOut: z.number().default(0),
  items: z.array(item),
});

/** What `uscdf convert --report` writes: see `cli/convert/report.ts`. */
export type ConversionReport = Readonly<z.infer<typeof reportSchema>>;
export type ConvertedItem = Readonly<z.infer<typeof item>>;
export type Outcome = ConvertedItem['kind'];

/** In the order in which they matter. */
export const OUTCOMES: readonly Outcome[] = ['rejected', 'changed', 'lost'];

/** `undefined` for what is no report. */
export function readReport(text: string): ConversionReport | undefined {
  try {
    const parsed = reportSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** How many items met this. */
export function countOf({ counts: all }: ConversionReport, outcome: Outcome): number {
  return Object.values(all[outcome]).reduce((sum, count) => sum + count, 0);
}

/** One sentence for a notification. */
export function summary(report: ConversionReport): string {
  const { records, phrases, masks, imagesNotFound } = report;
  const parts = [
    `${counted(records, 'record')} with ${counted(phrases, 'phrase')} and ${counted(masks, 'mask')}`,
    ...OUTCOMES.filter((outcome) => countOf(report, outcome) > 0).map(
      (outcome) => `${counted(countOf(report, outcome), 'item')} ${outcome}`,
    ),
  ];
  if (imagesNotFound > 0) parts.push(`${counted(imagesNotFound, 'photograph')} not found`);
  return `${parts.join(', ')}.`;
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
