/** `uscdf leaks`: what an evaluation set shares with the training files. */
import { type Command, Option } from 'commander';
import { leakText } from '../core/quality/leakReport.ts';
import { LEAST_SIMILARITY } from '../core/quality/nearTexts.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { findLeaks, type LeakOptions } from './quality/leaks.ts';
import { readShare } from './quality/shareOption.ts';
import { FOUND, NOTHING_FOUND, refuse, runJob } from './quality/work.ts';

const FORMATS = ['text', 'json'] as const;
/** Hashes that differ in more bits are of different pictures. */
const MOST_BITS = 16;

interface Options {
  readonly against: readonly string[];
  readonly similarity: string;
  readonly looks?: string;
  readonly format: (typeof FORMATS)[number];
}

export function registerLeaks(program: Command): void {
  program
    .command('leaks')
    .summary('find images and captions of an evaluation set in the training files')
    .description(
      'Compares training files with an evaluation set: images by file, COCO number, bytes and name, with --looks also by how they look, and captions. Ends with 1 where something leaks.',
    )
    .argument('<train...>', 'the training files, folders or globs')
    .requiredOption('--against <path...>', 'the files that a model is evaluated on')
    .option('--similarity <share>', 'captions are alike where they share so many of their word triples', '0.8')
    .option(
      '--looks <bits>',
      'decode every image, and take two for one whose 64-bit hashes differ in at most so many bits',
    )
    .addOption(new Option('--format <format>', 'how the leaks are printed').choices(FORMATS).default('text'))
    .action(async (paths: string[], options: Options) => {
      const read = readOptions(options);
      process.exitCode = read.ok ? await leaks(paths, read.value, options) : refuse('leaks', read.message);
    });
}

function leaks(paths: readonly string[], chosen: LeakOptions, { against, format }: Options): Promise<number> {
  return runJob({
    command: 'leaks',
    paths: [paths, against],
    async work([training = [], evaluation = []], watch) {
      const report = await findLeaks(training, evaluation, chosen, watch);
      if (watch.signal.aborted) return NOTHING_FOUND;
      process.stdout.write(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : leakText(report));
      return report.images.length + report.captions.length > 0 ? FOUND : NOTHING_FOUND;
    },
  });
}

function readOptions({ similarity, looks }: Options): Result<LeakOptions> {
  const share = readShare('--similarity', similarity, LEAST_SIMILARITY);
  if (!share.ok) return share;
  const bits = looks === undefined ? undefined : Number(looks);
  if (bits !== undefined && !(Number.isInteger(bits) && bits >= 0 && bits <= MOST_BITS))
    return fail(
      `--looks ${looks}: write a whole number of bits from 0 to ${MOST_BITS}; 5 finds scaled and recompressed copies.`,
    );
  return ok({ similarity: share.value, bits });
}
