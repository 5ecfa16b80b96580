import type { Span } from '../records/position.ts';
import type { SourceTurn } from '../records/sourceRecord.ts';
import { cutOut } from './fixes.ts';
import { defineRule, type Fix } from './rule.ts';

/** Tokens that the template itself writes around turns and the image (`llava_v1`, the wrapper of LLaVA, GLaMM and MGLMM). */
const TOKENS = ['</s>', '<im_start>', '<im_end>'] as const;
/** The template's names of the speakers; it is cut at them. `User:` and `Assistant:` of a `.uscdf` file are others. */
const ROLES = ['USER:', 'ASSISTANT:'] as const;

/** Words of the trainers' conversation template inside a turn. */
export const reservedText = defineRule({
  code: 'reserved-text',
  severity: 'error',
  scope: 'turn',
  fix: 'safe',
  summary: 'A turn holds words of the trainers’ conversation template.',
  why: 'Trainers join the turns with `USER:`, `ASSISTANT:` and `</s>` and cut the text at them again: found inside a turn, they end it there, and the wrong words are learned.',
  bad: [
    'Sure, it is <p> dog </p> [SEG].</s>',
    'Sure, it is ASSISTANT: <p> dog </p> [SEG].',
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<im_start><image><im_end>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  good: ['Sure, it is <p> dog </p> [SEG].', 'The User: a person. The Assistant: a machine.'],
  check({ turn, report }) {
    // The tokens are none of the tags, so that a text in order holds none of them, and colons are rare.
    if (turn.tree.canonical && !turn.text.includes(':')) return;
    for (const span of reservedSpans(turn.text)) {
      const word = turn.text.slice(span.start, span.end);
      const message = `${word} belongs to the trainers' conversation template, which would end this turn here: remove it.`;
      report(span, message, { fixes: () => [removeFix(turn, span, word)] });
    }
  },
});

const NONE: readonly Span[] = [];

/** Where words of the template stand in a turn's text, in reading order. */
export function reservedSpans(text: string): readonly Span[] {
  // Colons are rare in answers, and these tokens are rarer still: most texts end here.
  const colon = text.indexOf(':');
  if (colon < 0 && !text.includes('</s>') && !text.includes('<im_')) return NONE;
  const spans: Span[] = [];
  for (const token of TOKENS) {
    for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + token.length))
      spans.push({ start: at, end: at + token.length });
  }
  for (let at = colon; at >= 0; at = text.indexOf(':', at + 1)) {
    const role = ROLES.find((each) => text.endsWith(each, at + 1));
    if (role === undefined) continue;
    const start = at + 1 - role.length;
    if (start === 0 || !/[\p{L}\p{N}_]/u.test(text[start - 1]!)) spans.push({ start, end: at + 1 });
  }
  return spans.sort((a, b) => a.start - b.start);
}

/** A token is nobody's words; behind a speaker's name others may follow, and where it opens a line they are another turn. */
function removeFix(turn: SourceTurn, span: Span, word: string): Fix {
  const fix: Fix = { title: `Remove ${word}`, edits: [cutOut(turn, span)] };
  if (!word.endsWith(':')) return fix;
  return { ...fix, kind: beginsTurn(turn.text, span.start) ? 'manual' : 'suggested' };
}

function beginsTurn(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (text[before] === ' ' || text[before] === '\t')) before--;
  return before >= 0 && (text[before] === '\n' || text.endsWith('</s>', before + 1));
}
