/** `uscdf models`: the models on this machine, and those that can be fetched. */
import type { Command } from 'commander';
import { CATALOGUE } from '../models/runtime/manager/catalogue.ts';
import { DEFAULT_HUB } from '../models/runtime/manager/defaultHub.ts';

type Actions = typeof import('./models/actions.ts');

/** Adds `uscdf models` and its own commands. */
export function registerModels(program: Command): void {
  const models = program
    .command('models')
    .summary('list, show, add, download and remove models')
    .description(
      'The models for drafts: those that ship, those added from a folder, and known public ones to download.',
    );
  models
    .command('list')
    .summary('the models on this machine, and those that can be fetched')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => run((actions) => actions.list(options.json === true)));
  models
    .command('show')
    .summary('all about one model, its licence and model card included')
    .argument('<name>', 'its name')
    .action((name: string) => run((actions) => actions.show(name)));
  models
    .command('add')
    .summary('check a bundle and take it up')
    .argument('<folder>', 'the folder that holds its bundle.json')
    .option('--copy', 'copy it; without, it stays where it is and must stay there')
    .action((folder: string, options: { copy?: boolean }) =>
      run((actions) => actions.add(folder, options.copy === true)),
    );
  models
    .command('download')
    .summary('fetch a known public model from its hub')
    .argument('<name>', `one of ${CATALOGUE.map(({ name }) => name).join(', ')}`)
    .option('--yes', 'agree to what is shown, without being asked')
    .option('--hub <address>', 'the hub, or a mirror of it', DEFAULT_HUB)
    .action((name: string, options: { yes?: boolean; hub: string }) =>
      run((actions) => actions.fetchModel(name, options)),
    );
  models
    .command('remove')
    .summary('forget a model, and delete its files where they were copied or downloaded')
    .argument('<name>', 'its name')
    .action((name: string) => run((actions) => actions.remove(name)));
  models
    .command('triton')
    .summary('write a model repository of NVIDIA Triton for a bundle')
    .argument('<bundle>', 'its name, or its folder')
    .requiredOption('-o, --output <folder>', 'the model repository')
    .option('--link', "link the graphs' files instead of copying them")
    .action((bundle: string, options: { output: string; link?: boolean }) =>
      run((actions) => actions.triton(bundle, options)),
    );
}

async function run(action: (actions: Actions) => Promise<void>): Promise<void> {
  const actions = await import('./models/actions.ts');
  await actions.done(action(actions));
}
