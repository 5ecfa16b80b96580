/** The command `uscdf`. */
import { Command, CommanderError } from 'commander';
import { registerAnnotate } from './annotate.ts';
import { registerFormat } from './format.ts';
import { registerLint } from './lint.ts';
import { registerPreview } from './preview.ts';
import { VERSION } from './version.ts';

const WRONG_USAGE = 2;

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('uscdf')
    .description('Check, fix, draw and draft grounded-vision datasets in the Unified SegCap Data Format.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, 'uscdf: ')) })
    .showSuggestionAfterError();
  for (const register of [registerLint, registerFormat, registerPreview, registerAnnotate]) register(program);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) process.exitCode = WRONG_USAGE;
  }
}

// A reader that has seen enough, `uscdf lint … | head`, closes the pipe: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

void main(process.argv).catch((error: unknown) => {
  process.stderr.write(
    `uscdf: something went wrong that should not: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  if (process.env['USCDF_DEBUG'] !== undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = WRONG_USAGE;
});
