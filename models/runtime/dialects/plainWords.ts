import { reservedSpans } from '../../../core/rules/reservedText.ts';
import { scan } from '../../../core/text/scan.ts';

/** Special tokens of tokenizers and chat templates: `<|im_end|>`, `<s>`, `</s>`, `<unk>`, `<pad>`, `<0x0A>`. */
const SPECIAL =
  /<\|[^<>|]{1,40}\|>|<\/?(?:s|unk|pad|bos|eos|doc|chunk|line|vp|im_start|im_end)>|<0x[0-9A-F]{2}>|\[UNUSED_TOKEN_\d{1,4}\]/g;
/** Taking a token out may join its neighbours to another one; nobody writes more of them than this inside each other. */
const MOST_ROUNDS = 4;

/**
 * Words as they may stand in an answer, with single spaces: no tag, `[SEG]`, near miss of one or word of the trainers'
 * template is left in them. A space at either end stays.
 */
export function plainWords(text: string): string {
  let plain = text.replace(/\s+/g, ' ');
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (!mayHoldToken(plain)) return plain;
    const next = withoutTokens(plain);
    if (next === plain) return plain;
    plain = next.replace(/\s+/g, ' ');
  }
  const bare = plain.replace(/[<>[\](){}&\\\uff3b\uff3d:]/g, ' ').replaceAll('SEG', ' ');
  return bare.replace(/\s+/g, ' ');
}

/** Every token holds one of these. */
function mayHoldToken(text: string): boolean {
  return /[<[({&\\\uff3b:]|SEG/.test(text);
}

function withoutTokens(text: string): string {
  let plain = text.replace(SPECIAL, ' ');
  for (const spans of [scan, reservedSpans]) {
    let kept = '';
    let from = 0;
    for (const { start, end } of spans(plain)) {
      if (start < from) continue;
      kept += `${plain.slice(from, start)} `;
      from = end;
    }
    if (from > 0) plain = kept + plain.slice(from);
  }
  return plain;
}
