/** A record of a `.uscdf` file: a YAML header between `---` lines, then turns. */
import { type Document, isMap, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { arrangeItems } from './arrangeItems.ts';
import { headerEntry } from './headerEntry.ts';
import { isObject } from './isObject.ts';
import { PYTHON_STYLE, writeJson } from './jsonStyle.ts';
import { isPlainRecord } from './plainRecord.ts';
import type { Span, SpanEdit } from './position.ts';
import {
  type ArrangeEdit,
  makeEdits,
  type Part,
  type Path,
  type RecordEdit,
  type SingleEdit,
  type SourceRecord,
  type SourceTurn,
  type SyntaxProblem,
} from './sourceRecord.ts';
import { readHeader } from './textHeader.ts';
import { layOut, trimmed, type WrittenTurn } from './textLayout.ts';

interface YamlRange {
  readonly range?: readonly [number, number, number] | null;
}

export class TextRecord implements SourceRecord {
  readonly value: unknown;
  readonly isLine = false;
  readonly plain: boolean;
  readonly problems: readonly SyntaxProblem[];
  readonly turns: readonly WrittenTurn[];
  private readonly header: Span;
  private readonly document: Document.Parsed | undefined;

  constructor(readonly source: string) {
    const parts = layOut(source);
    this.header = parts.header;
    this.turns = parts.turns;
    const yaml = readHeader(source.slice(this.header.start, this.header.end), this.header.start);
    this.document = yaml.document;
    this.problems = [...parts.problems, ...yaml.problems].sort((a, b) => a.start - b.start).slice(0, 1);
    this.value = this.problems.length > 0 ? undefined : this.withConversations(yaml.value);
    this.plain = isPlainRecord(this.value);
  }

  locate(path: Path, part: Part = 'value'): Span {
    if (path[0] === 'conversations') return this.locateTurn(path, part);
    let node: unknown = this.document?.contents;
    let span = this.header.end > this.header.start ? trimmed(this.source, this.header) : this.header;
    let hasKey = false;
    for (const [i, step] of path.entries()) {
      const pair = pairOf(node, step);
      const next = pair?.value ?? (isSeq(node) && typeof step === 'number' ? node.items[step] : undefined);
      if (pair === undefined && next === undefined) break;
      hasKey = part === 'key' && i === path.length - 1 && pair !== undefined;
      span = this.spanOf(hasKey ? pair!.key : (next ?? pair!.key)) ?? span;
      node = next;
    }
    return part === 'key' && !hasKey ? this.firstLine(span) : span;
  }

  /** In YAML a key that stands twice is a mistake of syntax. */
  repeatedKeys(): readonly Path[] {
    return [];
  }

  /** Where there is no key, the beginning of the value stands for it. */
  private firstLine({ start, end }: Span): Span {
    const line = /^[^\r\n]*/.exec(this.source.slice(start, end))![0];
    return { start, end: start + line.length };
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
    return makeEdits(
      edits,
      (indices) => this.removeItems(['masks'], indices),
      (edit) => this.editOne(edit),
      (edit) => this.arrange(edit),
    );
  }

  private editOne(edit: SingleEdit): SpanEdit | undefined {
    switch (edit.kind) {
      case 'text':
        return { ...this.locateText(edit.turn, edit), newText: this.spoken(edit.turn, this.withEndings(edit.newText)) };
      case 'renameKey':
        return { ...this.locate(edit.path, 'key'), newText: edit.to };
      case 'set':
        return this.set(edit.path, edit.value);
      case 'append':
        return edit.path[0] === 'conversations' ? this.appendTurns(edit.values) : this.append(edit.path, edit.values);
      case 'removeKey':
        return this.removeKey(edit.path);
    }
  }

  /** The words of a turn that has none yet stand apart from its speaker. */
  private spoken(turn: number, newText: string): string {
    const body = this.turns[turn]?.body;
    if (body === undefined || body.end > body.start || newText === '') return newText;
    return this.source[body.start - 1] === ':' ? ` ${newText}` : newText;
  }

  private arrange({ path, items }: ArrangeEdit): readonly SpanEdit[] | undefined {
    const list = this.nodeAt(path);
    if (!isSeq(list) || list.items.length === 0) {
      const values = items.flatMap((item) => (typeof item === 'number' ? [] : [item.value]));
      if (values.length < items.length || (list !== undefined && !isSeq(list))) return undefined;
      if (values.length === 0) return [];
      const made = this.append(path, values);
      return made && [made];
    }
    const spans = list.items.map((item) => this.spanOf(item));
    if (spans.some((span) => span === undefined)) return undefined;
    const places = spans.map((span) => trimmed(this.source, span!));
    return arrangeItems(
      {
        count: places.length,
        textOf: (item) =>
          typeof item === 'number' ? this.source.slice(places[item]!.start, places[item]!.end) : flow(item.value),
        replace: (index, newText) => ({ ...places[index]!, newText }),
        insert: (index, texts) => this.insertItems(list, places, index, texts),
        remove: (indices) => this.removeItems(path, indices),
      },
      items,
    );
  }

  /** Puts items into a list that has some: a line each in a block, with commas in a flow. */
  private insertItems(list: YAMLSeq, places: readonly Span[], index: number, texts: readonly string[]): SpanEdit {
    const next = places[index];
    if (list.flow) {
      if (next !== undefined)
        return { start: next.start, end: next.start, newText: texts.map((text) => `${text}, `).join('') };
      const { end } = places[places.length - 1]!;
      return { start: end, end, newText: texts.map((text) => `, ${text}`).join('') };
    }
    const dash = this.source.lastIndexOf('-', places[Math.min(index, places.length - 1)]!.start - 1);
    const line = this.source.lastIndexOf('\n', dash) + 1;
    const items = texts.map((text) => `${this.source.slice(line, dash)}- ${text}`);
    const ending = this.ending();
    const at = next === undefined ? this.endOfLines(places[places.length - 1]!.end) : line;
    const opens = at > 0 && this.source[at - 1] !== '\n';
    return { start: at, end: at, newText: items.map((item) => (opens ? ending + item : item + ending)).join('') };
  }

  /** Of a flow map alone: in a block map a key's line may begin the item of a list. */
  private removeKey(path: Path): SpanEdit | undefined {
    const parent = this.nodeAt(path.slice(0, -1));
    const pair = pairOf(parent, path[path.length - 1]!);
    if (!isMap(parent) || !parent.flow || pair === undefined) return undefined;
    const spans = parent.items.map(({ key, value }) => {
      const from = this.spanOf(key);
      const to = this.spanOf(value) ?? from;
      return from === undefined || to === undefined ? undefined : { start: from.start, end: to.end };
    });
    const index = parent.items.indexOf(pair);
    const [own, before, next] = [spans[index], spans[index - 1], spans[index + 1]];
    if (own === undefined || (index > 0 && before === undefined)) return undefined;
    if (before !== undefined) return { start: before.end, end: own.end, newText: '' };
    return { start: own.start, end: next?.start ?? own.end, newText: '' };
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
  private removeItems(path: Path, indices: ReadonlySet<number>): readonly SpanEdit[] {
    const list = this.nodeAt(path);
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

  private locateTurn([, turn, key]: Path, part: Part): Span {
    const written = typeof turn === 'number' ? this.turns[turn] : undefined;
    // An empty text has no place of its own to be seen at; its speaker stands for it.
    if (written !== undefined) return key === 'from' || written.text === '' ? written.speaker : written.body;
    const [first, last] = [this.turns[0], this.turns[this.turns.length - 1]];
    if (first !== undefined && last !== undefined) return { start: first.speaker.start, end: last.body.end };
    return this.locate([], part);
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
