/** A record of a `.uscdf` file: a YAML header between `---` lines, then turns. */
import { type Document, isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLError, type YAMLMap } from 'yaml';
import { type EscapeMap, linesMap } from './escapeMap.ts';
import { headerEntry } from './headerEntry.ts';
import { isObject } from './jsonRecord.ts';
import { PYTHON_STYLE, writeJson } from './jsonStyle.ts';
import type { Span, SpanEdit } from './position.ts';
import {
  LazyTurn,
  type Part,
  type Path,
  type RecordEdit,
  type SourceRecord,
  type SourceTurn,
  type SyntaxProblem,
} from './sourceRecord.ts';

/** A line that parts the header from the turns, and one record from the next. */
export const SEPARATOR = /^---[ \t]*$/;
/** A line that begins a turn. */
export const SPEAKER = /^(User|Assistant):/;

const MAX_HEADER_DEPTH = 100;

interface WrittenTurn extends SourceTurn {
  readonly speaker: Span;
  /** The turn's text in the source, without surrounding space. */
  readonly body: Span;
  readonly map: EscapeMap;
}

interface YamlRange {
  readonly range?: readonly [number, number, number] | null;
}

export class TextRecord implements SourceRecord {
  readonly value: unknown;
  readonly problems: readonly SyntaxProblem[];
  readonly turns: readonly WrittenTurn[];
  private readonly header: Span;
  private readonly document: Document.Parsed | undefined;

  constructor(readonly source: string) {
    const parts = cut(source);
    this.header = parts.header;
    this.turns = parts.turns;
    const yaml = readHeader(source.slice(this.header.start, this.header.end), this.header.start);
    this.document = yaml.document;
    this.problems = [...parts.problems, ...yaml.problems].sort((a, b) => a.start - b.start).slice(0, 1);
    this.value = this.problems.length > 0 ? undefined : this.withConversations(yaml.value);
  }

  locate(path: Path, part: Part = 'value'): Span {
    if (path[0] === 'conversations') return this.locateTurn(path);
    let node: unknown = this.document?.contents;
    let span = this.header.end > this.header.start ? trimmed(this.source, this.header) : this.header;
    for (const [i, step] of path.entries()) {
      const pair = pairOf(node, step);
      const next = pair?.value ?? (isSeq(node) && typeof step === 'number' ? node.items[step] : undefined);
      if (pair === undefined && next === undefined) return span;
      const wantsKey = part === 'key' && i === path.length - 1 && pair !== undefined;
      span = this.spanOf(wantsKey ? pair.key : (next ?? pair!.key)) ?? span;
      node = next;
    }
    return span;
  }

  locateText(turn: number, span: Span): Span {
    const written = this.turns[turn];
    return written === undefined ? this.locate([]) : written.map.toSourceSpan(span);
  }

  turnAt(offset: number): { turn: SourceTurn; offset: number } | undefined {
    for (const turn of this.turns) {
      if (offset >= turn.body.start && offset <= turn.body.end) {
        return { turn, offset: Math.min(turn.map.toPlain(offset), turn.text.length) };
      }
    }
    return undefined;
  }

  edit(edits: readonly RecordEdit[]): readonly SpanEdit[] | undefined {
    const removed = edits.flatMap((edit) => (edit.kind === 'removeMask' ? [edit.index] : []));
    const result: SpanEdit[] = removed.length === 0 ? [] : [...this.removeItems('masks', new Set(removed))];
    for (const edit of edits) {
      if (edit.kind === 'removeMask') continue;
      const made = this.editOne(edit);
      if (made === undefined) return undefined;
      result.push(made);
    }
    return result;
  }

  private editOne(edit: Exclude<RecordEdit, { kind: 'removeMask' }>): SpanEdit | undefined {
    switch (edit.kind) {
      case 'text':
        return { ...this.locateText(edit.turn, edit), newText: this.withEndings(edit.newText) };
      case 'renameKey':
        return { ...this.locate(edit.path, 'key'), newText: edit.to };
      case 'set':
        return this.set(edit.path, edit.value);
      case 'append':
        return edit.path[0] === 'conversations' ? this.appendTurns(edit.values) : this.append(edit.path, edit.values);
    }
  }

  private set(path: Path, value: unknown): SpanEdit | undefined {
    const key = path[path.length - 1];
    const parent = this.nodeAt(path.slice(0, -1));
    if (key === undefined || parent === undefined) return this.setFirst(path, value);
    const pair = pairOf(parent, key);
    const node = pair?.value ?? (isSeq(parent) && typeof key === 'number' ? parent.items[key] : undefined);
    const span = node === undefined || node === null ? undefined : this.spanOf(node);
    if (span !== undefined) return this.replaceNode(node, span, flow(value));
    if (pair !== undefined) {
      const at = this.spanOf(pair.key)!.end;
      const colon = this.source.indexOf(':', at);
      return colon < 0 ? undefined : { start: colon + 1, end: colon + 1, newText: ` ${flow(value)}` };
    }
    if (!isMap(parent) || typeof key !== 'string') return undefined;
    return this.addKey(parent, key, value);
  }

  /** The header has no keys yet. */
  private setFirst(path: Path, value: unknown): SpanEdit | undefined {
    if (path.length !== 1 || this.document?.contents) return undefined;
    return {
      start: this.header.end,
      end: this.header.end,
      newText: `${this.entry(String(path[0]), value, '')}${this.ending()}`,
    };
  }

  private addKey(parent: YAMLMap, key: string, value: unknown): SpanEdit | undefined {
    const last = parent.items[parent.items.length - 1];
    if (parent.flow) {
      const span = this.spanOf(parent)!;
      const at = last === undefined ? span.start + 1 : this.spanOf(last.value ?? last.key)!.end;
      return { start: at, end: at, newText: `${last === undefined ? ' ' : ', '}${key}: ${flow(value)}` };
    }
    const firstKey = this.spanOf(parent.items[0]!.key)!;
    const indent = this.source.slice(this.source.lastIndexOf('\n', firstKey.start - 1) + 1, firstKey.start);
    const at = this.endOfLines(this.spanOf(parent)!.end);
    const newLine = at > 0 && this.source[at - 1] !== '\n' ? this.ending() : '';
    return {
      start: at,
      end: at,
      newText: `${newLine}${this.entry(key, value, indent)}${newLine === '' ? this.ending() : ''}`,
    };
  }

  /** A new key as the header's other keys stand: a list of objects takes a line for each. */
  private entry(key: string, value: unknown, indent: string): string {
    return headerEntry(key, value)
      .split('\n')
      .map((line) => indent + line)
      .join(this.ending());
  }

  private append(path: Path, values: readonly unknown[]): SpanEdit | undefined {
    const list = this.nodeAt(path);
    if (!isSeq(list)) return this.set(path, values);
    const last = list.items[list.items.length - 1];
    if (last === undefined) return this.set(path, values);
    const lastSpan = this.spanOf(last);
    if (lastSpan === undefined) return undefined;
    if (list.flow)
      return { start: lastSpan.end, end: lastSpan.end, newText: values.map((value) => `, ${flow(value)}`).join('') };
    const dash = this.source.lastIndexOf('-', lastSpan.start - 1);
    const indent = this.source.slice(this.source.lastIndexOf('\n', dash) + 1, dash);
    const at = this.endOfLines(lastSpan.end);
    const items = values.map((value) => `${indent}- ${flow(value)}`);
    const closed = this.source[at - 1] === '\n';
    return {
      start: at,
      end: at,
      newText: items.map((item) => (closed ? item + this.ending() : this.ending() + item)).join(''),
    };
  }

  /** Takes items out of a list: whole lines of a block, and in a flow each with its comma. */
  private removeItems(key: string, indices: ReadonlySet<number>): readonly SpanEdit[] {
    const list = this.nodeAt([key]);
    if (!isSeq(list)) return [];
    const spans = list.items.map((item) => this.spanOf(item)!);
    const kept = spans.findIndex((_, i) => !indices.has(i));
    if (kept < 0) return [this.replaceNode(list, this.spanOf(list)!, '[]')];
    if (!list.flow) {
      const lineStart = (offset: number) => this.source.lastIndexOf('\n', offset - 1) + 1;
      return spans
        .filter((_, i) => indices.has(i))
        .map(({ start, end }) => ({
          start: lineStart(this.source.lastIndexOf('-', start - 1)),
          end: this.endOfLines(end),
          newText: '',
        }));
    }
    const edits: SpanEdit[] = kept > 0 ? [{ start: spans[0]!.start, end: spans[kept]!.start, newText: '' }] : [];
    spans.forEach((span, i) => {
      if (i > kept && indices.has(i)) edits.push({ start: spans[i - 1]!.end, end: span.end, newText: '' });
    });
    return edits;
  }

  private appendTurns(values: readonly unknown[]): SpanEdit | undefined {
    const last = this.turns[this.turns.length - 1];
    const at = last?.body.end ?? trimmed(this.source, { start: 0, end: this.source.length }).end;
    const ending = this.ending();
    const turns = values.filter(isObject).map(({ from, value }) => {
      const speaker = from === 'gpt' ? 'Assistant' : 'User';
      return `${ending}${speaker}: ${this.withEndings(String(value))}`;
    });
    return { start: at, end: at, newText: turns.join('') + (this.source.slice(at) === '' ? ending : '') };
  }

  /** A block collection begins on the line after its key; what replaces it stands on the key's own line. */
  private replaceNode(node: unknown, span: Span, newText: string): SpanEdit {
    if ((!isSeq(node) && !isMap(node)) || node.flow) return { ...span, newText };
    const end = trimmed(this.source, span).end;
    let start = span.start;
    while (start > this.header.start && /\s/.test(this.source[start - 1]!)) start--;
    return { start, end, newText: ` ${newText}` };
  }

  private endOfLines(offset: number): number {
    const at = trimmed(this.source, { start: 0, end: offset }).end;
    const newline = this.source.indexOf('\n', at);
    return newline < 0 || newline >= this.header.end ? this.header.end : newline + 1;
  }

  private ending(): string {
    return this.source.includes('\r\n') ? '\r\n' : '\n';
  }

  private withEndings(text: string): string {
    return this.ending() === '\n' ? text : text.replaceAll('\n', '\r\n');
  }

  private nodeAt(path: Path): unknown {
    let node: unknown = this.document?.contents;
    for (const step of path) {
      const pair = pairOf(node, step);
      node = pair?.value ?? (isSeq(node) && typeof step === 'number' ? node.items[step] : undefined);
      if (node === undefined || node === null) return undefined;
    }
    return node ?? undefined;
  }

  private spanOf(node: unknown): Span | undefined {
    const range = (node as YamlRange | null | undefined)?.range;
    return range ? { start: range[0] + this.header.start, end: range[1] + this.header.start } : undefined;
  }

  private locateTurn([, turn, key]: Path): Span {
    const written = typeof turn === 'number' ? this.turns[turn] : undefined;
    if (written !== undefined) return key === 'from' ? written.speaker : written.body;
    const [first, last] = [this.turns[0], this.turns[this.turns.length - 1]];
    if (first !== undefined && last !== undefined) return { start: first.speaker.start, end: last.body.end };
    return this.locate([]);
  }

  private withConversations(header: unknown): unknown {
    if (typeof header !== 'object' || header === null || Array.isArray(header)) return header ?? {};
    return { ...header, conversations: this.turns.map((turn) => ({ from: turn.role, value: turn.text })) };
  }
}

function pairOf(node: unknown, step: string | number): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(step));
}

/** A value in YAML's flow form, which is JSON with spaces. */
function flow(value: unknown): string {
  return writeJson(value, PYTHON_STYLE);
}

function trimmed(source: string, { start, end }: Span): Span {
  while (end > start && /\s/.test(source[end - 1]!)) end--;
  return { start, end };
}

interface Parts {
  readonly header: Span;
  readonly turns: readonly WrittenTurn[];
  readonly problems: readonly SyntaxProblem[];
}

/** Cuts a record into its header and its turns. A missing `---` is a problem at the place where it should stand. */
function cut(source: string): Parts {
  const problems: SyntaxProblem[] = [];
  const lines = linesOf(source);
  let i = 0;
  while (i < lines.length && lines[i]!.text.trim() === '') i++;
  if (i < lines.length && SEPARATOR.test(lines[i]!.text)) i++;
  else if (i < lines.length) {
    problems.push({
      ...visible(lines[i]!),
      message: 'A record begins with a header between two `---` lines: put `---` on a line of its own before this one.',
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
      message: 'The header ends here without its closing `---`: put `---` on a line of its own.',
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
        const message = 'Only turns stand after the header: begin the line with `User:` or `Assistant:`.';
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

function readHeader(
  text: string,
  offset: number,
): { document: Document.Parsed | undefined; value: unknown; problems: readonly SyntaxProblem[] } {
  const refuse = (message: string) => ({
    document: undefined,
    value: undefined,
    problems: [{ start: offset, end: offset + text.trimEnd().length, message }],
  });
  if (nestsTooDeep(text)) return refuse(`This header is nested more than ${MAX_HEADER_DEPTH} levels deep: flatten it.`);
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent', stringKeys: true });
    const error = document.errors[0];
    if (error !== undefined) return { document, value: undefined, problems: [problemOf(error, text, offset)] };
    return { document, value: document.toJS({ maxAliasCount: 100 }), problems: [] };
  } catch {
    return refuse('This header is no valid YAML, or its aliases repeat too much: write each value out.');
  }
}

function problemOf(error: YAMLError, text: string, offset: number): SyntaxProblem {
  const [start, end] = error.pos;
  const sentence = error.message.replace(/\s+/g, ' ').replace(/\.?$/, '.');
  const from = Math.min(start, text.trimEnd().length);
  return {
    start: offset + from,
    end: offset + Math.max(from, Math.min(end, text.length)),
    message: `The header is no valid YAML: ${sentence}`,
  };
}

/** Deep nesting in YAML needs brackets, or one column of indentation a level. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  let column = 0;
  let indicators = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10) {
      column = 0;
      indicators = 0;
      continue;
    }
    if (code === 91 || code === 123) depth++;
    else if (code === 93 || code === 125) depth = Math.max(0, depth - 1);
    // `- - - -` and `? ? ?` open a level each, as does every column of indentation at most.
    else if ((code === 45 || code === 63 || code === 32) && column === indicators) indicators++;
    column++;
    if (depth > MAX_HEADER_DEPTH || indicators > 4 * MAX_HEADER_DEPTH) return true;
  }
  return false;
}
