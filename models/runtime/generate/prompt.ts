import { BundleError } from '../errors.ts';
import type { GeneratorManifest } from '../manifest.ts';
import type { TextTokenizer } from '../tokenizer.ts';

/** The ids that stand before and after the photograph's embeddings. */
export interface PromptIds {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** A question in the model's own conversation template, around the photograph. */
export function promptIds(
  question: string,
  { prompt, tokens }: Pick<GeneratorManifest, 'prompt' | 'tokens'>,
  tokenizer: TextTokenizer,
): PromptIds {
  const at = prompt.first.indexOf('{image}');
  // As a function, because a question may hold `$&`.
  const filled = (part: string) => part.replace('{question}', () => question);
  const head = filled(prompt.first.slice(0, at)) + (prompt.imageBefore ?? '');
  const tail = (prompt.imageAfter ?? '') + filled(prompt.first.slice(at + '{image}'.length));
  const bos = prompt.addBos && tokens.bos !== undefined ? [tokens.bos] : [];
  if (prompt.pieces === 'separate') {
    return { before: [...bos, ...tokenizer.encode(head)], after: tokenizer.encode(tail) };
  }
  const id = prompt.imageToken!;
  const ids = tokenizer.encode(head + (tokenizer.tokenOf(id) ?? '') + tail);
  const place = ids.indexOf(id);
  if (place < 0) {
    throw new BundleError(
      `The tokenizer does not keep the photograph's place, token ${id}, in one piece. Name another "imageToken" in bundle.json, or mark it as special in the tokenizer.`,
    );
  }
  return { before: [...bos, ...ids.slice(0, place)], after: ids.slice(place + 1) };
}
