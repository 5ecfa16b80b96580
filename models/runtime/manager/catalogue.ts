/**
 * Public models that can be fetched when the user asks for one. This is data: which files of which repositories make a bundle.
 * Sizes, commits and hashes are not here, since they are the hub's to say; they are asked for and shown before anything is
 * fetched. `aboutBytes` is for the list, before the hub was asked.
 */

export interface CatalogueEntry {
  /** The bundle's name. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** As the repositories stated it when this was written; what the hub says now is shown beside it. */
  readonly licence: string;
  readonly aboutBytes: number;
  readonly sources: readonly CatalogueSource[];
  /** Who writes the manifest of files that were not published as a bundle. */
  readonly manifest: 'florence' | 'segmenter';
}

export interface CatalogueSource {
  /** `owner/name` on the hub. */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** SPDX, as the repository stated it. */
  readonly licence: string;
  readonly files: readonly CatalogueFile[];
}

export interface CatalogueFile {
  /** In the repository. */
  readonly path: string;
  /** In the bundle. */
  readonly as: string;
}

function files(folder: string, paths: readonly string[]): readonly CatalogueFile[] {
  return paths.map((path) => ({ path, as: folder + path }));
}

const SLIMSAM = {
  repository: 'Xenova/slimsam-77-uniform',
  revision: 'main',
  licence: 'Apache-2.0',
  graphs: [
    'onnx/vision_encoder.onnx',
    'onnx/prompt_encoder_mask_decoder.onnx',
    'preprocessor_config.json',
    'README.md',
  ],
};

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    name: 'florence2-base-ft-slimsam',
    title: 'Florence-2 base-ft with SlimSAM-77',
    description:
      'Florence-2 writes the caption and finds the box of each phrase, SlimSAM turns boxes into masks. Several seconds a photograph on a processor.',
    licence: 'MIT AND Apache-2.0',
    aboutBytes: 400_000_000,
    manifest: 'florence',
    sources: [
      {
        repository: 'onnx-community/Florence-2-base-ft',
        revision: 'main',
        licence: 'MIT',
        // The widths that the publishers of these files recommend together.
        files: files('', [
          'onnx/vision_encoder_fp16.onnx',
          'onnx/embed_tokens_fp16.onnx',
          'onnx/encoder_model_q4.onnx',
          'onnx/decoder_model_merged_q4.onnx',
          'tokenizer.json',
          'tokenizer_config.json',
          'config.json',
          'preprocessor_config.json',
          'README.md',
        ]),
      },
      { ...SLIMSAM, files: files('sam/', SLIMSAM.graphs) },
    ],
  },
  {
    name: 'slimsam-77',
    title: 'SlimSAM-77',
    description: 'A mask for a point or a box. It writes no words.',
    licence: 'Apache-2.0',
    aboutBytes: 40_000_000,
    manifest: 'segmenter',
    sources: [{ ...SLIMSAM, files: files('', SLIMSAM.graphs) }],
  },
];
