/** Finds where the records of a file begin and end, without parsing them. */

import type { LineStore } from './lineStore.ts';
import type { Range, Span } from './position.ts';
import type { SyntaxProblem } from './sourceRecord.ts';
import { SEPARATOR, SPEAKER } from './textLayout.ts';

/**
 * The items of a `.uscdf.json`, or its single record: each one's span in the text, and what is wrong between them.
 * One pass over the characters; a string ends with its line, so that a lost quote spoils one record only.
 */
export function splitJson(text: string): {
  readonly spans: readonly Span[];
  readonly problems: readonly SyntaxProblem[];
} {
  let at = skipBlank(text, 0);
  if (at === text.length) return { spans: [], problems: [] };
  if (text[at] !== '[') return { spans: [{ start: at, end: blankStart(text, at) }], problems: [] };
  const spans: Span[] = [];
  const problems: SyntaxProblem[] = [];
  at = skipBlank(text, at + 1);
  let expectsItem = false;
  while (at < text.length && text[at] !== ']') {
    const end = itemEnd(text, at);
    const span = { start: at, end: trimBack(text, at, end) };
    if (span.end > span.start) spans.push(span);
    else
      problems.push({
        start: end,
        end: Math.min(end + 1, text.length),
        message:
          'No record stands before this comma, and no JSON reader gets past it: remove the comma, or write the record.',
      });
    expectsItem = text[end] === ',';
    at = expectsItem ? skipBlank(text, end + 1) : end;
  }
  if (at >= text.length) {
    problems.push({
      start: text.length,
      end: text.length,
      message: 'The list of records has no closing `]`, so that no reader takes the file: write it here.',
    });
    return { spans, problems };
  }
  if (expectsItem)
    problems.push({
      start: at,
      end: at + 1,
      message: 'JSON has no comma before a closing `]`, and no reader gets past it: remove it.',
    });
  const after = skipBlank(text, at + 1);
  if (after < text.length) {
    const message =
      'JSON ends with the list of records, and no reader takes what follows: move this into the list, or remove it.';
    problems.push({ start: after, end: Math.min(blankStart(text, after), after + 200), message });
  }
  return { spans, problems };
}

/** Whether a text is one whole item whatever follows it: no comma or bracket outside its own, nothing left open. */
export function isOneJsonItem(text: string): boolean {
  const { end, closed } = scanItem(text, 0);
  return closed && end === text.length && skipBlank(text, 0) === 0 && trimBack(text, 0, end) === end && end > 0;
}

/** Where the item that begins at `start` ends: at the comma or bracket of the list, or at the text's end. */
function itemEnd(text: string, start: number): number {
  return scanItem(text, start).end;
}

function scanItem(text: string, start: number): { end: number; closed: boolean } {
  let depth = 0;
  let inString = false;
  let i = start;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 92) i++;
      else if (code === 34 || code === 10 || code === 13) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) depth++;
    else if (code === 125) depth = Math.max(0, depth - 1);
    else if (code === 93) {
      if (depth === 0) return { end: i, closed: true };
      depth--;
    } else if (code === 44 && depth === 0) return { end: i, closed: true };
  }
  return { end: text.length, closed: i === text.length && depth === 0 && !inString };
}

function skipBlank(text: string, at: number): number {
  while (at < text.length && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function trimBack(text: string, start: number, end: number): number {
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

function blankStart(text: string, start: number): number {
  return trimBack(text, start, text.length);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/**
 * The records of a `.uscdf` file. A record begins at a `---` line and holds its header, the second `---` line and the
 * turns up to the next `---`. A header whose closing `---` is missing ends at its first turn.
 */
export function splitText(store: LineStore): readonly Range[] {
  const starts: number[] = [];
  let state: 'before' | 'header' | 'turns' = 'before';
  for (let i = 0; i < store.lineCount; i++) {
    const line = store.line(i);
    if (SEPARATOR.test(line)) {
      if (state === 'header') state = 'turns';
      else {
        starts.push(i);
        state = 'header';
      }
    } else if (state === 'header' && SPEAKER.test(line)) state = 'turns';
    else if (state === 'before' && line.trim() !== '') {
      starts.push(i);
      state = 'turns';
    }
  }
  return starts.map((line, i) => ({
    start: { line, character: 0 },
    end: i + 1 < starts.length ? { line: starts[i + 1]!, character: 0 } : store.wholeRange().end,
  }));
}
