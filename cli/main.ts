/** The command `uscdf`. */
import { isMainThread, workerData } from 'node:worker_threads';
import { Command, CommanderError } from 'commander';
import { editDistance } from '../core/records/nearestKey.ts';
import { registerAgreement } from './agreement.ts';
import { registerAnnotate } from './annotate.ts';
import { registerConvert } from './convert.ts';
import { registerDuplicates } from './duplicates.ts';
import { isEvaluateWorker, startEvaluateWorker } from './evaluate/worker.ts';
import { registerEvaluate } from './evaluate.ts';
import { registerFormat } from './format.ts';
import { registerLabel } from './label.ts';
import { registerLeaks } from './leaks.ts';
import { registerLint } from './lint.ts';
import { registerMerge } from './merge.ts';
import { registerModels } from './models.ts';
import { registerPreview } from './preview.ts';
import { registerSplit } from './split.ts';
import { registerStats } from './stats.ts';
import { VERSION } from './version.ts';

const WRONG_USAGE = 2;

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('uscdf')
    .description('Check, fix, draw and draft grounded-vision datasets in the Unified SegCap Data Format.')
    .version(VERSION)
    .exitOverride()
    .showSuggestionAfterError();
  for (const register of [
    registerLint,
    registerFormat,
    registerPreview,
    registerAnnotate,
    registerEvaluate,
    registerConvert,
    registerLabel,
    registerModels,
    registerStats,
    registerDuplicates,
    registerLeaks,
    registerSplit,
    registerMerge,
    registerAgreement,
  ])
    register(program);
  const names = program.commands.map((command) => command.name());
  program.configureOutput({
    outputError: (text, write) => write(usageError('uscdf', text, `one of ${names.join(', ')}`)),
  });
  for (const command of program.commands.flatMap((each) => [each, ...each.commands])) {
    const above = command.parent === program ? '' : `${command.parent?.name()} `;
    const name = `uscdf ${above}${command.name()}`;
    const own = command.commands.map((each) => each.name());
    const argument = command.registeredArguments[0]?.description ?? (own.length > 0 ? `one of ${own.join(', ')}` : '');
    command.copyInheritedSettings(program);
    command.configureOutput({ outputError: (text, write) => write(usageError(name, text, argument)) });
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) process.exitCode = WRONG_USAGE;
  }
}

/** What the parser of arguments says, in one line, with what to write instead. */
function usageError(command: string, text: string, operand: string): string {
  const said = text.trim().replace(/^error: /, '');
  const [what = '', suggestion] = said.split('\n');
  const [, similar] = /^\(Did you mean (.+)\?\)$/.exec(suggestion ?? '') ?? [];
  const [, wrong = ''] = /'-{0,2}(.*)'/.exec(what) ?? [];
  const help = `\`${command} --help\``;
  let advice = `see ${help}.`;
  if (similar !== undefined && isSlip(wrong, similar)) advice = `write ${similar}, or see ${help}.`;
  else if (/^unknown command|^missing required argument/.test(what)) advice = `write ${operand}; see ${help}.`;
  else if (/^required option/.test(what)) advice = `add it; see ${help}.`;
  else if (/argument missing$/.test(what)) advice = `write a value after it; see ${help}.`;
  else if (/^unknown option/.test(what)) advice = `leave it out, or see ${help} for those there are.`;
  return `${command}: ${what.replace(/\.$/, '')}: ${advice}\n`;
}

/** The parser of arguments takes any three letters of five for a slip. */
function isSlip(wrong: string, similar: string): boolean {
  const allowed = wrong.length < 6 ? 1 : 2;
  return similar
    .split(', ')
    .some((each) => editDistance(wrong, each.replace(/^(?:one of )?-*/, ''), allowed) <= allowed);
}

function runCommand(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough, `uscdf lint … | head`, closes the pipe: that is no error.
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(
      `uscdf: standard output cannot be written (${error.code ?? error.message}): check where it goes, and make room.\n`,
    );
    process.exit(WRONG_USAGE);
  });
  void main(process.argv).catch((error: unknown) => {
    process.stderr.write(
      `uscdf: something went wrong that should not: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    if (process.env['USCDF_DEBUG'] !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = WRONG_USAGE;
  });
}

// The workers of `uscdf evaluate` are this file too.
if (!isMainThread && isEvaluateWorker(workerData)) startEvaluateWorker();
else runCommand();
