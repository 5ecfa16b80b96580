/** Where the header and the turns of a `.uscdf` record stand, without reading the header. */
import { type EscapeMap, linesMap } from './escapeMap.ts';
import type { Span } from './position.ts';
import { LazyTurn, type SourceTurn, type SyntaxProblem } from './sourceRecord.ts';

/** A line that parts the header from the turns, and one record from the next. */
export const SEPARATOR = /^---[ \t]*$/;
/** A line that begins a turn. */
export const SPEAKER = /^(User|Assistant):/;

export interface WrittenTurn extends SourceTurn {
  readonly speaker: Span;
  /** The turn's text in the source, without surrounding space. */
  readonly body: Span;
  readonly map: EscapeMap;
}

export interface TextLayout {
  readonly header: Span;
  readonly turns: readonly WrittenTurn[];
  readonly problems: readonly SyntaxProblem[];
}

/** Cuts a record into its header and its turns. A missing `---` is a problem at the place where it should stand. */
export function layOut(source: string): TextLayout {
  const problems: SyntaxProblem[] = [];
  const lines = linesOf(source);
  let i = 0;
  while (i < lines.length && lines[i]!.text.trim() === '') i++;
  if (i < lines.length && SEPARATOR.test(lines[i]!.text)) i++;
  else if (i < lines.length) {
    problems.push({
      ...visible(lines[i]!),
      message:
        'A record begins with a header between two `---` lines, and without it no reader knows its image: put `---` on a line of its own before this one.',
    });
  }
  const headerStart = lines[i]?.start ?? source.length;
  while (i < lines.length && !SEPARATOR.test(lines[i]!.text) && !SPEAKER.test(lines[i]!.text)) i++;
  const headerEnd = lines[i]?.start ?? source.length;
  if (i < lines.length && SEPARATOR.test(lines[i]!.text)) i++;
  else if (problems.length === 0 && lines.length > 0) {
    const at = lines[Math.min(i, lines.length - 1)]!;
    problems.push({
      ...visible(at),
      message:
        'The header ends here without its closing `---`, so that readers take the turns for keys: put `---` on a line of its own before this one.',
    });
  }
  const turns = readTurns(source, lines.slice(i), problems);
  return { header: { start: Math.min(headerStart, headerEnd), end: headerEnd }, turns, problems };
}

function readTurns(source: string, lines: readonly Line[], problems: SyntaxProblem[]): readonly WrittenTurn[] {
  const turns: WrittenTurn[] = [];
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!;
    const speaker = SPEAKER.exec(line.text);
    if (speaker === null) {
      if (line.text.trim() !== '' && turns.length === 0) {
        const message =
          'Only turns stand after the header, and nobody knows who says this: begin the line with `User:` or `Assistant:`.';
        problems.push({ ...visible(line), message });
      }
      i++;
      continue;
    }
    let next = i + 1;
    while (next < lines.length && !SPEAKER.test(lines[next]!.text)) next++;
    const end = lines[next]?.start ?? source.length;
    turns.push(writtenTurn(source, turns.length, speaker[1]!, line.start, end));
    i = next;
  }
  return turns;
}

function writtenTurn(source: string, index: number, speaker: string, lineStart: number, end: number): WrittenTurn {
  let start = lineStart + speaker.length + 1;
  if (source[start] === ' ') start++;
  const body = trimmed(source, { start, end });
  const text = source.slice(body.start, body.end).replaceAll('\r\n', '\n');
  const turn = new LazyTurn(index, speaker === 'User' ? 'human' : 'gpt', text);
  return Object.assign(turn, {
    speaker: { start: lineStart, end: lineStart + speaker.length },
    body,
    map: linesMap(source, body.start, body.end),
  });
}

interface Line extends Span {
  readonly text: string;
}

function linesOf(source: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const match of source.matchAll(/\r\n|\n|\r|$/g)) {
    if (match[0] === '' && match.index < source.length) continue;
    lines.push({ start, end: match.index, text: source.slice(start, match.index) });
    start = match.index + match[0].length;
    if (match[0] === '') break;
  }
  return lines;
}

function visible(line: Line): Span {
  return { start: line.start, end: Math.max(line.end, line.start) };
}

/** The stretch without the white space at its end. */
export function trimmed(source: string, { start, end }: Span): Span {
  while (end > start && /\s/.test(source[end - 1]!)) end--;
  return { start, end };
}
