import { type BundleManifest, graphsOf } from '../manifest.ts';

/** Every file of a bundle, relative to its folder, the manifest itself first; each once. */
export function filesOf(manifest: BundleManifest): readonly string[] {
  const files = ['bundle.json', ...manifest.licence.files, manifest.modelCard];
  for (const { file, external = [] } of graphsOf(manifest).values()) {
    files.push(file, ...external.map((data) => data.file));
  }
  if ('tokenizer' in manifest) {
    const { file, config } = manifest.tokenizer;
    files.push(file, ...(config === undefined ? [] : [config.file]));
  }
  return [...new Set(files)];
}

/** Bytes of the graphs and tokenizer, as the manifest says. */
export function bytesOf(manifest: BundleManifest): number {
  let bytes = 'tokenizer' in manifest ? manifest.tokenizer.bytes + (manifest.tokenizer.config?.bytes ?? 0) : 0;
  for (const graph of graphsOf(manifest).values()) {
    bytes += graph.bytes + (graph.external ?? []).reduce((sum, data) => sum + data.bytes, 0);
  }
  return bytes;
}
