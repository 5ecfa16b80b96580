import { BundleError } from '../errors.ts';
import type { BundleManifest, DialectSettings, FlorenceManifest, GeneratorManifest } from '../manifest.ts';
import type { TextTokenizer } from '../tokenizer.ts';

/** The manifest's token ids must be the tokenizer's, and its tags tokens. Throws a `BundleError` that names the first stranger. */
export function checkTokens(manifest: BundleManifest, tokenizer: TextTokenizer): void {
  if (manifest.driver !== 'generator' && manifest.driver !== 'florence') return;
  for (const [key, ids] of idsOf(manifest)) {
    const stranger = ids.find((id) => tokenizer.tokenOf(id) === undefined);
    if (stranger === undefined) continue;
    throw new BundleError(
      `bundle.json: ${key} names the token ${stranger}, which the tokenizer does not have. The tokenizer belongs to another model, or the id is wrong.`,
    );
  }
  if (manifest.driver === 'generator') checkTags(manifest, tokenizer);
}

/** Every id that the manifest names, by its key. */
function idsOf(manifest: GeneratorManifest | FlorenceManifest): readonly (readonly [string, readonly number[]])[] {
  const { bos, eos } = manifest.tokens;
  const common = [
    ['tokens.bos', listed(bos)],
    ['tokens.eos', eos],
  ] as const;
  if (manifest.driver === 'florence') {
    const { decoderStart, first } = manifest.tokens;
    return [...common, ['tokens.decoderStart', [decoderStart]], ['tokens.first', listed(first)]];
  }
  const { seg, phraseOpen, phraseClose } = manifest.tokens;
  return [
    ...common,
    ...seg.map((ids, i) => [`tokens.seg.${i}`, ids] as const),
    ['tokens.phraseOpen', listed(phraseOpen)],
    ['tokens.phraseClose', listed(phraseClose)],
    ['prompt.imageToken', listed(manifest.prompt.imageToken)],
  ];
}

function listed(id: number | undefined): readonly number[] {
  return id === undefined ? [] : [id];
}

/** The dialect's tags must be the tokens that the ids mean, or tokens at all: the answer is read by both. */
function checkTags({ tokens, dialect }: GeneratorManifest, tokenizer: TextTokenizer): void {
  const stranger = tagsOf(dialect).find((tag) => tokenizer.idOf(tag) === undefined);
  if (stranger !== undefined) {
    throw new BundleError(
      `bundle.json: the dialect has the tag "${stranger}", which is no token of the tokenizer. Correct the dialect, or add the token.`,
    );
  }
  const tags = segTagsOf(dialect);
  for (const id of tokens.seg.flat()) {
    const token = tokenizer.tokenOf(id) ?? '';
    if (!tags.includes(token)) {
      throw new BundleError(
        `bundle.json: tokens.seg names the token ${id}, which the tokenizer spells "${token}" and dialect.seg "${tags.join('", "')}". Correct one of them.`,
      );
    }
  }
}

/** Tags that an answer cannot be read without. */
function tagsOf(dialect: DialectSettings): readonly string[] {
  if (dialect.kind !== 'boxes') return segTagsOf(dialect);
  const cell = (number: number) => dialect.patch.replace('{4 digits}', String(number).padStart(4, '0'));
  return [dialect.objectOpen, dialect.objectClose, cell(0), cell(dialect.grid ** 2 - 1)];
}

function segTagsOf(dialect: DialectSettings): readonly string[] {
  switch (dialect.kind) {
    case 'phrases':
    case 'bare':
      return [dialect.seg];
    case 'groups':
      return dialect.seg;
    case 'boxes':
      return [];
  }
}
