import type { Span } from '../records/position.ts';
import type { SourceTurn } from '../records/sourceRecord.ts';
import { clauseAround } from '../text/negatives.ts';
import { defineRule, textFix } from './rule.ts';

/** Supplement C.1 puts referents into templates that have an article already; expressions often bring their own. */
export const doubleDeterminer = defineRule({
  code: 'double-determiner',
  severity: 'hint',
  scope: 'turn',
  fix: 'safe',
  summary: 'Two articles stand before one noun: "the the man", "any the zebra".',
  why: 'It comes from a referent that brings its article into a template that has one, and a model learns to write both.',
  bad: [
    "Sure, it is <p> the dog </p> [SEG]. But I don't see any the zebra in this image.",
    'Sure, it is <p> the the dog </p> [SEG].',
    'I see the <p> the dog </p> [SEG].',
  ],
  good: ["Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image."],
  check({ turn, report }) {
    for (const { first, second } of articlePairs(turn.text)) {
      const both = { start: first.start, end: second.end };
      if (isInBrokenClause(turn, both)) continue;
      const [one, other] = [first, second].map(({ start, end }) => turn.text.slice(start, end));
      const message = `"${one} ${other}" is two articles before one noun, the template's and the referent's own, and a model learns to write both: drop one.`;
      report(both, message, {
        fixes: () => {
          const apart = turn.text.slice(first.end, second.start).trim() !== '';
          const [dropped, word] = apart ? [first, one] : [second, other];
          // The space behind the word goes with it.
          const end = dropped.end + (turn.text[dropped.end] === ' ' ? 1 : 0);
          return [textFix(`Drop "${word}"`, turn, { start: dropped.start, end, newText: '' })];
        },
      });
    }
  },
});

const NONE: readonly ArticlePair[] = [];
const SPACE = 32;
/** Looks at each character once or twice; nearly every text ends here. */
const MAY_HOLD = /(?:[Tt]he|a|[Aa]n|[Aa]ny) {1,3}(?:<p> {1,3})?(?:the|an?) /;

export interface ArticlePair {
  readonly first: Span;
  readonly second: Span;
}

/** The articles that directly follow another one, or follow it at the beginning of a phrase; in reading order. */
export function articlePairs(text: string): readonly ArticlePair[] {
  if (!MAY_HOLD.test(text)) return NONE;
  let pairs: ArticlePair[] | undefined;
  for (let i = 1; i < text.length; i++) {
    if (text.charCodeAt(i) !== SPACE) continue;
    const length = articleAt(text, i + 1);
    const first = length === 0 ? undefined : articleBefore(text, i);
    if (first === undefined) continue;
    pairs ??= [];
    pairs.push({ first, second: { start: i + 1, end: i + 1 + length } });
  }
  return pairs ?? NONE;
}

/** The length of the article that begins here and has a space behind it; 0 where there is none. */
function articleAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 97) {
    if (text.charCodeAt(at + 1) === SPACE) return 1;
    return text.charCodeAt(at + 1) === 110 && text.charCodeAt(at + 2) === SPACE ? 2 : 0;
  }
  return code === 116 && text.startsWith('the ', at) ? 3 : 0;
}

/** An article or "any" that ends before an offset, spaces and one `<p>` between them apart. */
function articleBefore(text: string, offset: number): Span | undefined {
  let end = skipSpaces(text, offset);
  if (text.charCodeAt(end - 1) === 62 && text.endsWith('<p>', end)) end = skipSpaces(text, end - 3);
  let start = end;
  while (start > 0 && end - start < 4 && isLetter(text.charCodeAt(start - 1))) start--;
  if (start === end || end - start > 3 || !FIRST.has(text.slice(start, end))) return undefined;
  const before = text[start - 1];
  return before === undefined || BOUNDARY.includes(before) ? { start, end } : undefined;
}

/** "A" alone may be a letter: vitamin A. */
const FIRST = new Set(['the', 'The', 'a', 'an', 'An', 'any', 'Any']);
const BOUNDARY = ' \n\t("\'\u201c>';

function skipSpaces(text: string, end: number): number {
  while (end > 0 && text.charCodeAt(end - 1) === SPACE) end--;
  return end;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** A clause that is to be written anew loses the article then. */
function isInBrokenClause({ role, tree }: SourceTurn, { start, end }: Span): boolean {
  return role === 'gpt' && clauseAround(tree.clauses, { start, end })?.exact === false;
}
