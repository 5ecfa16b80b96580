/** Semantic tokens in the protocol's form: numbers relative to the token before, and edits of the numbers sent last. */
import type { SemanticTokens, SemanticTokensDelta, SemanticTokensEdit } from 'vscode-languageserver';
import { type SemanticToken, TOKEN_TYPES } from '../core/language/semanticTokens.ts';

const INDEX = new Map(TOKEN_TYPES.map((type, index) => [type, index]));

/** Five numbers a token: lines and characters from the one before it, length, type, modifiers. */
export function encodeTokens(tokens: readonly SemanticToken[]): number[] {
  const data: number[] = [];
  let [lastLine, lastCharacter] = [0, 0];
  for (const { line, character, length, type, modifiers } of tokens) {
    const down = line - lastLine;
    data.push(down, down === 0 ? character - lastCharacter : character, length, INDEX.get(type)!, modifiers);
    [lastLine, lastCharacter] = [line, character];
  }
  return data;
}

/** What a client knows of one document: the numbers that it was sent last, under their own id. */
export class TokenResults {
  private count = 0;
  private last: number[] | undefined;

  full(tokens: readonly SemanticToken[]): SemanticTokens {
    this.last = encodeTokens(tokens);
    this.count++;
    return { resultId: String(this.count), data: this.last };
  }

  /** The change since that result; everything anew where it is not the last one. */
  delta(since: string, tokens: readonly SemanticToken[]): SemanticTokens | SemanticTokensDelta {
    const before = since === String(this.count) ? this.last : undefined;
    const { data, ...result } = this.full(tokens);
    return before === undefined ? { ...result, data } : { ...result, edits: editsBetween(before, data) };
  }
}

/** The one edit that turns the numbers into the others: all between what they begin and what they end with alike. */
function editsBetween(before: readonly number[], after: readonly number[]): SemanticTokensEdit[] {
  const limit = Math.min(before.length, after.length);
  let start = 0;
  while (start < limit && before[start] === after[start]) start++;
  if (start === before.length && start === after.length) return [];
  let tail = 0;
  while (tail < limit - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return [{ start, deleteCount: before.length - start - tail, data: after.slice(start, after.length - tail) }];
}
