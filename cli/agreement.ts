/** `uscdf agreement`: how far two annotators agree. */
import { type Command, Option } from 'commander';
import { agreementText } from '../core/quality/agreementReport.ts';
import { AGREEMENT_KEYS, type AgreementKey, compareAnnotators } from './quality/agreement.ts';
import { NOTHING_FOUND, refuse, runJob } from './quality/work.ts';

const FORMATS = ['text', 'json'] as const;

interface Options {
  readonly by: AgreementKey;
  readonly format: (typeof FORMATS)[number];
}

export function registerAgreement(program: Command): void {
  program
    .command('agreement')
    .summary('how far two annotators of the same images agree')
    .description(
      "Matches the phrases of two annotations by words and masks (IoU 0.5), and gives shares, mean IoU, Cohen's kappa, and the records that agree least.",
    )
    .argument('<first>', "the first annotator's file or folder")
    .argument('<second>', "the second annotator's")
    .addOption(
      new Option('--by <key>', 'which records belong together: of one id, or of one image and question')
        .choices(AGREEMENT_KEYS)
        .default('id'),
    )
    .addOption(new Option('--format <format>', 'how the report is printed').choices(FORMATS).default('text'))
    .action(async (first: string, second: string, options: Options) => {
      process.exitCode = await agreement(first, second, options);
    });
}

function agreement(first: string, second: string, { by, format }: Options): Promise<number> {
  return runJob({
    command: 'agreement',
    paths: [[first], [second]],
    async work([own = [], other = []], watch) {
      const report = await compareAnnotators(own, other, by, watch);
      if (watch.signal.aborted) return NOTHING_FOUND;
      if (report.records.compared === 0) {
        const advice =
          by === 'id'
            ? 'check that both are of one dataset, or write --by question'
            : 'check that both are of one dataset';
        return refuse(
          'agreement',
          `nothing was compared, for no record of ${second} belongs to one of ${first}: ${advice}.`,
        );
      }
      process.stdout.write(format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : agreementText(report));
      return NOTHING_FOUND;
    },
  });
}
