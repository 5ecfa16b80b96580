/** `uscdf duplicates`: what occurs twice in a dataset. */
import { type Command, Option } from 'commander';
import { duplicateText } from '../core/quality/duplicateReport.ts';
import { DUPLICATE_KINDS, type DuplicateKind } from '../core/quality/duplicates.ts';
import { LEAST_SIMILARITY } from '../core/quality/nearTexts.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { type DuplicateOptions, findDuplicates } from './quality/duplicates.ts';
import { readShare } from './quality/shareOption.ts';
import { FOUND, NOTHING_FOUND, refuse, runJob } from './quality/work.ts';

const FORMATS = ['text', 'json'] as const;
/** Masks that overlap by less are different objects more often than not. */
const LEAST_IOU = 0.5;

interface Options {
  readonly what: string;
  readonly iou: string;
  readonly similarity: string;
  readonly format: (typeof FORMATS)[number];
}

export function registerDuplicates(program: Command): void {
  program
    .command('duplicates')
    .summary('find records, captions and masks that occur twice')
    .description(
      'Finds equal and nearly equal records, captions (of descriptions, not of fixed answers) and masks of one image. Ends with 1 where there are any.',
    )
    .argument('<path...>', 'files, folders or globs')
    .option('--what <list>', 'what is compared', DUPLICATE_KINDS.join(','))
    .option('--iou <share>', 'masks are alike from this intersection over union on', '0.9')
    .option('--similarity <share>', 'texts are alike where they share so many of their word triples', '0.8')
    .addOption(new Option('--format <format>', 'how the groups are printed').choices(FORMATS).default('text'))
    .action(async (paths: string[], options: Options) => {
      const read = readOptions(options);
      process.exitCode = read.ok ? await duplicates(paths, read.value, options) : refuse('duplicates', read.message);
    });
}

function duplicates(paths: readonly string[], chosen: DuplicateOptions, { format }: Options): Promise<number> {
  return runJob({
    command: 'duplicates',
    paths: [paths],
    async work([files = []], watch) {
      const report = await findDuplicates(files, chosen, watch);
      if (watch.signal.aborted) return NOTHING_FOUND;
      process.stdout.write(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : duplicateText(report));
      return report.groups.length > 0 ? FOUND : NOTHING_FOUND;
    },
  });
}

function readOptions({ what, ...options }: Options): Result<DuplicateOptions> {
  const named = what.split(',').map((name) => name.trim());
  const unknown = named.find((name) => !DUPLICATE_KINDS.some((kind) => kind === name));
  if (unknown !== undefined)
    return fail(`--what ${what}: "${unknown}" cannot be compared: write some of ${DUPLICATE_KINDS.join(',')}.`);
  const iou = readShare('--iou', options.iou, LEAST_IOU);
  if (!iou.ok) return iou;
  const similarity = readShare('--similarity', options.similarity, LEAST_SIMILARITY);
  if (!similarity.ok) return similarity;
  const kinds: readonly DuplicateKind[] = DUPLICATE_KINDS.filter((kind) => named.includes(kind));
  return ok({ kinds, iou: iou.value, similarity: similarity.value });
}
