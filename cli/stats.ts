/** `uscdf stats`: counts what a dataset holds. */
import { type Command, Option } from 'commander';
import { StatisticsCollector } from '../core/quality/statistics.ts';
import { statisticsText } from '../core/quality/statisticsText.ts';
import { collectStatistics } from './quality/stats.ts';
import { NOTHING_FOUND, runJob } from './quality/work.ts';

const FORMATS = ['text', 'json'] as const;

interface StatsOptions {
  readonly format: (typeof FORMATS)[number];
}

export function registerStats(program: Command): void {
  program
    .command('stats')
    .summary('count records, tasks, phrases, masks, negatives and findings')
    .description(
      'Counts records, tasks, phrases, masks by area, negatives, and findings by rule. Rules that compare records or open images are left to `uscdf lint`.',
    )
    .argument('<path...>', 'files, folders or globs')
    .addOption(new Option('--format <format>', 'how the counts are printed').choices(FORMATS).default('text'))
    .action(async (paths: string[], options: StatsOptions) => {
      process.exitCode = await stats(paths, options);
    });
}

function stats(paths: readonly string[], { format }: StatsOptions): Promise<number> {
  return runJob({
    command: 'stats',
    paths: [paths],
    async work([files = []], watch) {
      const collector = new StatisticsCollector();
      await collectStatistics(files, collector, watch);
      if (watch.signal.aborted) return NOTHING_FOUND;
      const result = collector.result();
      const counts = { version: 1, files: files.length, ...result };
      process.stdout.write(format === 'json' ? `${JSON.stringify(counts, null, 2)}\n` : statisticsText(result));
      return NOTHING_FOUND;
    },
  });
}
