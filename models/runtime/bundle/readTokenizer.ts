import type { TokenizerManifest } from '../manifest.ts';
import type { TextTokenizer } from '../tokenizer.ts';
import { readChecked, using } from './bundleFolder.ts';

/** The tokenizer of the bundle in a real folder. Throws a `BundleError` where its files are not what the manifest says. */
export async function readTokenizerIn(root: string, manifest: TokenizerManifest): Promise<TextTokenizer> {
  // Late: the extension lists bundles long before it loads one.
  const { readTokenizer } = await import('../tokenizer.ts');
  const { config } = manifest;
  return readTokenizer({
    tokenizer: await using(root, manifest.file, (file) => readChecked(file, manifest)),
    config: config && (await using(root, config.file, (file) => readChecked(file, config))),
    names: { tokenizer: manifest.file, config: config?.file },
  });
}
