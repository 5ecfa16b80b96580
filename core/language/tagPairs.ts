/** Tags that belong together: `<p>` with its `</p>`, `<objectN>` with its `</objectN>`. */
import type { Span } from '../records/position.ts';
import type { Token } from '../text/scan.ts';
import type { AnswerTree } from '../text/tree.ts';

export interface TagPair {
  readonly open: Token;
  readonly close: Token;
}

/** The pair that a tag belongs to; `undefined` where its partner is missing, or the token is no tag. */
export function pairOf({ tokens, phrases }: AnswerTree, tag: Token): TagPair | undefined {
  switch (tag.kind) {
    case 'open':
    case 'close': {
      const phrase = phrases.find(({ open, close }) => open === tag || close === tag);
      return phrase?.open && phrase.close && { open: phrase.open, close: phrase.close };
    }
    case 'objectOpen': {
      const close = nextObjectTag(tokens, tokens.indexOf(tag), 1);
      return close?.kind === 'objectClose' ? { open: tag, close } : undefined;
    }
    case 'objectClose': {
      const open = nextObjectTag(tokens, tokens.indexOf(tag), -1);
      return open?.kind === 'objectOpen' ? { open, close: tag } : undefined;
    }
    default:
      return undefined;
  }
}

/** The name inside an exact tag, an object tag's number included. */
export function tagName({ kind, start, end }: Token): Span {
  const opens = kind === 'open' || kind === 'objectOpen';
  return { start: start + (opens ? 1 : 2), end: end - 1 };
}

function nextObjectTag(tokens: readonly Token[], from: number, step: 1 | -1): Token | undefined {
  for (let i = from + step; i >= 0 && i < tokens.length; i += step) {
    const token = tokens[i]!;
    if (token.kind === 'objectOpen' || token.kind === 'objectClose') return token;
  }
  return undefined;
}
