/**
 * Object tags, the working form of captions that a language model drafted from object labels: `<object3> a hat </object3>`
 * (supplement, Fig. 5). How they pair, and where they do not.
 */

import type { Token } from './scan.ts';
import type { AnswerTree } from './tree.ts';

export type ObjectTagProblem =
  /** An opening tag that nothing closes, or a closing one that nothing opened. */
  | { readonly kind: 'unclosed' | 'unopened'; readonly tag: Token }
  /** A second opening tag of an object where its closing tag should stand. */
  | { readonly kind: 'closed-as-open'; readonly tag: Token }
  /** A closing tag with another number than the tag that it closes. */
  | { readonly kind: 'other-number'; readonly tag: Token; readonly open: Token }
  /** A pair inside another pair, or one that begins in it and ends behind it. */
  | { readonly kind: 'nested' | 'crossing'; readonly tag: Token; readonly end: number; readonly outer: Token };

const NONE: readonly never[] = [];

/** The object tags of an answer in reading order; nothing is allocated where there are none. */
export function objectTags({ canonical, tokens }: AnswerTree): readonly Token[] {
  if (canonical) return NONE;
  let tags: Token[] | undefined;
  for (const token of tokens) {
    if (token.kind !== 'objectOpen' && token.kind !== 'objectClose') continue;
    tags ??= [];
    tags.push(token);
  }
  return tags ?? NONE;
}

/** The N of `<objectN>`. */
export function objectNumber(tag: Token): number {
  return Number(tag.object);
}

interface Pair {
  readonly open: Token;
  readonly close: Token;
}

/** What is wrong with how tags pair; one problem for one mistake, in reading order. */
export function objectTagProblems(tags: readonly Token[]): readonly ObjectTagProblem[] {
  const { pairs, single } = pairTags(tags);
  const problems: ObjectTagProblem[] = [];
  for (let i = 0; i < tags.length; i++) {
    const tag = tags[i]!;
    if (!single.has(tag)) continue;
    const next = tags[i + 1];
    const together = next !== undefined && single.has(next) ? joined(tag, next) : undefined;
    if (together === undefined) problems.push({ kind: tag.kind === 'objectOpen' ? 'unclosed' : 'unopened', tag });
    else {
      problems.push(together);
      i++;
    }
  }
  return problems.concat(overlapProblems(pairs)).sort((a, b) => a.tag.start - b.tag.start);
}

/** Each closing tag closes the latest open tag of its object. Pairs come in the order of their opening tags. */
function pairTags(tags: readonly Token[]): { pairs: readonly Pair[]; single: ReadonlySet<Token> } {
  const open = new Map<number, Token[]>();
  const closes = new Map<Token, Token>();
  const single = new Set<Token>(tags);
  for (const tag of tags) {
    const number = objectNumber(tag);
    const waiting = open.get(number);
    if (tag.kind === 'objectOpen') {
      if (waiting === undefined) open.set(number, [tag]);
      else waiting.push(tag);
      continue;
    }
    const opened = waiting?.pop();
    if (opened === undefined) continue;
    closes.set(opened, tag);
    single.delete(opened);
    single.delete(tag);
  }
  const pairs = tags.flatMap((tag): Pair[] => {
    const close = closes.get(tag);
    return close === undefined ? [] : [{ open: tag, close }];
  });
  return { pairs, single };
}

/** Two single tags in a row are one mistake where the second was meant to close the first. */
function joined(tag: Token, next: Token): ObjectTagProblem | undefined {
  if (tag.kind !== 'objectOpen') return undefined;
  if (next.kind === 'objectClose') return { kind: 'other-number', tag: next, open: tag };
  return objectNumber(next) === objectNumber(tag) ? { kind: 'closed-as-open', tag: next } : undefined;
}

function overlapProblems(pairs: readonly Pair[]): readonly ObjectTagProblem[] {
  const problems: ObjectTagProblem[] = [];
  let widest: Pair | undefined;
  for (const pair of pairs) {
    if (widest !== undefined && pair.open.start < widest.close.start) {
      const { open, close } = pair;
      const kind = close.end <= widest.close.start ? 'nested' : 'crossing';
      const end = kind === 'nested' ? close.end : widest.close.end;
      problems.push({ kind, tag: open, end, outer: widest.open });
    }
    if (widest === undefined || pair.close.end > widest.close.end) widest = pair;
  }
  return problems;
}
