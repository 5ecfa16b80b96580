import type { BundleManifest } from '../manifest.ts';
import type { KnownModel } from './store.ts';

/** The user's choices, as the settings have them. */
export interface ChosenModels {
  /** For points and boxes; nothing where the user leaves it to the program. */
  readonly prompts: string | undefined;
  readonly drafts: string;
}

/** A model for points and boxes, or why there is none and what to do. */
export type PromptModel =
  | { readonly folder: string; readonly name: string }
  | { readonly folder?: undefined; readonly problem: string };

/** Whether a bundle draws masks for points and boxes. */
export function canSegment({ driver, graphs }: Pick<BundleManifest, 'driver' | 'graphs'>): boolean {
  return driver === 'detector' || Object.hasOwn(graphs, 'prompt_encoder_mask_decoder');
}

/**
 * Which model draws masks for points and boxes: the one that the user names; else one that was made for it, that for drafts
 * before others; else the one for drafts where it can; else a detector, one of which ships.
 */
export function promptModel(models: readonly KnownModel[], { prompts, drafts }: ChosenModels): PromptModel {
  if (prompts !== undefined) return named(models, prompts);
  const able = models.filter(({ manifest, problem }) => problem === undefined && manifest && canSegment(manifest));
  const firstDrafts = [...able.filter(({ name }) => name === drafts), ...able.filter(({ name }) => name !== drafts)];
  const best = firstDrafts.find(({ manifest }) => manifest?.driver !== 'detector') ?? firstDrafts[0];
  return (
    best ?? {
      problem:
        'No model here draws masks for points and boxes. Install the extension again, for one ships with it, or download SlimSAM from the view "USCDF Models".',
    }
  );
}

function named(models: readonly KnownModel[], name: string): PromptModel {
  const model = models.find((each) => each.name === name);
  if (model === undefined) {
    return {
      problem: `There is no model "${name}", which the setting uscdf.promptModel names. Correct the setting, or empty it for the model that ships.`,
    };
  }
  if (model.problem !== undefined) return { problem: model.problem };
  if (model.manifest === undefined || !canSegment(model.manifest)) {
    return {
      problem: `${name}, which the setting uscdf.promptModel names, draws no masks for points and boxes. Name a model that does, or empty the setting.`,
    };
  }
  return model;
}
