/** A record in JSON: a line of a `.uscdf.jsonl`, or an item of a `.uscdf.json`. */
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { type Arranged, arrangeItems } from './arrangeItems.ts';
import { type EscapeMap, escapeForJson, jsonStringMap } from './escapeMap.ts';
import { isObject } from './isObject.ts';
import { type JsonStyle, jsonStyle, quoted, writeJson } from './jsonStyle.ts';
import { isPlainRecord } from './plainRecord.ts';
import type { Span, SpanEdit } from './position.ts';
import { countKeyMarks, countKeys, findRepeatedKeys } from './repeatedKeys.ts';
import {
  type ArrangeEdit,
  LazyTurn,
  makeEdits,
  type Part,
  type Path,
  type RecordEdit,
  type SingleEdit,
  type SourceRecord,
  type SourceTurn,
  type SyntaxProblem,
} from './sourceRecord.ts';

/** JSON nested deeper than this is refused: no record needs it, and readers recurse. */
const MAX_DEPTH = 200;

export class JsonRecord implements SourceRecord {
  readonly value: unknown;
  readonly problems: readonly SyntaxProblem[];
  readonly plain: boolean;
  readonly turns: readonly SourceTurn[];
  private root: Node | null | undefined;
  private maps: Map<number, EscapeMap> | undefined;
  private knownStyle: JsonStyle | undefined;

  constructor(
    readonly source: string,
    readonly isLine = false,
  ) {
    const parsed = parse(source);
    this.value = parsed.value;
    this.plain = parsed.plain;
    this.problems = parsed.problems;
    this.turns = readTurns(this.value);
  }

  locate(path: Path, part: Part = 'value'): Span {
    if (part === 'firstKey') return this.firstKey(path) ?? this.locate(path, 'key');
    const { node, property } = this.find(path);
    if (node === undefined) return { start: 0, end: this.source.length };
    if (part === 'value') return spanOf(node);
    // Where there is no key, the beginning of the value stands for it.
    return property === undefined ? { start: node.offset, end: node.offset + 1 } : spanOf(property.children![0]!);
  }

  locateText(turn: number, span: Span): Span {
    return this.mapOf(turn)?.toSourceSpan(span) ?? this.locate(['conversations', turn]);
  }

  turnAt(offset: number): { turn: SourceTurn; offset: number } | undefined {
    for (const turn of this.turns) {
      const { start, end } = this.locate(['conversations', turn.index, 'value']);
      if (offset <= start || offset >= end) continue;
      const map = this.mapOf(turn.index);
      if (map !== undefined) return { turn, offset: Math.min(map.toPlain(offset), turn.text.length) };
    }
    return undefined;
  }

  edit(edits: readonly RecordEdit[]): readonly SpanEdit[] | undefined {
    return makeEdits(
      edits,
      (indices) => this.removeItems(this.exact(['masks']), indices),
      (edit) => this.editOne(edit),
      (edit) => this.arrange(edit),
    );
  }

  /** Read once: a record may take thousands of edits. */
  private get style(): JsonStyle {
    this.knownStyle ??= jsonStyle(this.source);
    return this.knownStyle;
  }

  private editOne(edit: SingleEdit): SpanEdit | undefined {
    switch (edit.kind) {
      case 'text':
        return { ...this.locateText(edit.turn, edit), newText: escapeForJson(edit.newText, this.style.ascii) };
      case 'renameKey': {
        const key = this.find(edit.path).property?.children?.[0];
        return key && { ...spanOf(key), newText: quoted(edit.to, this.style) };
      }
      case 'set':
        return this.set(edit.path, edit.value);
      case 'append':
        return this.append(edit.path, edit.values);
      case 'removeKey':
        return this.removeKey(edit.path);
    }
  }

  private arrange({ path, items }: ArrangeEdit): readonly SpanEdit[] | undefined {
    const list = this.exact(path);
    if (list?.type !== 'array' || list.children?.length === 0) {
      const values = items.flatMap((item) => (typeof item === 'number' ? [] : [item.value]));
      if (values.length < items.length || (list !== undefined && list.type !== 'array')) return undefined;
      if (values.length === 0) return [];
      const made = this.append(path, values);
      return made && [made];
    }
    const slots = list.children!;
    return arrangeItems(
      {
        count: slots.length,
        textOf: (item: Arranged) => {
          if (typeof item !== 'number') return this.write(item.value, slots[0]!);
          const { start, end } = spanOf(slots[item]!);
          return this.source.slice(start, end);
        },
        replace: (index, newText) => ({ ...spanOf(slots[index]!), newText }),
        insert: (index, texts) => this.insertItems(list, index, texts),
        remove: (indices) => this.removeItems(list, indices),
      },
      items,
    );
  }

  /** Puts items into a list that has some, spaced as these are. */
  private insertItems(list: Node, index: number, texts: readonly string[]): SpanEdit {
    const children = list.children!;
    const next = children[index];
    if (next === undefined) {
      const { start, end, newText: first } = this.insertLast(list, texts[0]!);
      const separator = first.slice(0, first.length - texts[0]!.length);
      return { start, end, newText: texts.map((text) => separator + text).join('') };
    }
    const before = children[index - 1];
    const lead = this.source.slice(before === undefined ? list.offset + 1 : before.offset + before.length, next.offset);
    const own = lead.includes(',') ? lead : lead.includes('\n') ? `,${lead}` : this.style.comma;
    return { start: next.offset, end: next.offset, newText: texts.map((text) => text + own).join('') };
  }

  private removeKey(path: Path): SpanEdit | undefined {
    const parent = this.exact(path.slice(0, -1));
    const { property } = this.find(path);
    const index = property === undefined ? -1 : (parent?.children?.indexOf(property) ?? -1);
    return index < 0 ? undefined : this.removeItems(parent, new Set([index]))[0];
  }

  private set(path: Path, value: unknown): SpanEdit | undefined {
    const found = this.exact(path);
    if (found !== undefined) return { ...spanOf(found), newText: this.write(value, found) };
    const parent = this.exact(path.slice(0, -1));
    const key = path[path.length - 1];
    if (parent?.type !== 'object' || typeof key !== 'string') return undefined;
    return this.insertLast(parent, `${quoted(key, this.style)}${this.style.colon}${this.write(value, parent)}`);
  }

  private append(path: Path, values: readonly unknown[]): SpanEdit | undefined {
    const list = this.exact(path);
    if (list === undefined) return this.set(path, values);
    if (list.type !== 'array') return undefined;
    if ((list.children?.length ?? 0) === 0) return this.set(path, values);
    const first = this.insertLast(list, this.write(values[0], list.children![0]!));
    const separator = first.newText.slice(0, first.newText.length - this.write(values[0], list.children![0]!).length);
    return { ...first, newText: values.map((value) => separator + this.write(value, list.children![0]!)).join('') };
  }

  /** Adds a member behind the last one, spaced as the members before it are. */
  private insertLast(container: Node, text: string): SpanEdit {
    const children = container.children ?? [];
    const last = children[children.length - 1];
    if (last === undefined) {
      const at = container.offset + 1;
      return { start: at, end: container.offset + container.length - 1, newText: text };
    }
    const at = last.offset + last.length;
    const before = children[children.length - 2];
    const gapStart = before === undefined ? container.offset + 1 : before.offset + before.length;
    const gap = this.source.slice(gapStart, last.offset).replace(',', '');
    const separator = before === undefined && !gap.includes('\n') ? this.style.comma : `,${gap}`;
    return { start: at, end: at, newText: `${separator}${text}` };
  }

  /** Takes members out of a list or an object, each with the comma that parts it from those that stay. */
  private removeItems(list: Node | undefined, indices: ReadonlySet<number>): readonly SpanEdit[] {
    const items = list?.children ?? [];
    if (list === undefined || items.length === 0) return [];
    const kept = items.findIndex((_, i) => !indices.has(i));
    if (kept < 0) return [{ start: list.offset + 1, end: list.offset + list.length - 1, newText: '' }];
    const edits: SpanEdit[] = kept > 0 ? [{ start: items[0]!.offset, end: items[kept]!.offset, newText: '' }] : [];
    items.forEach((item, i) => {
      const before = items[i - 1];
      if (i <= kept || before === undefined || !indices.has(i)) return;
      edits.push({ start: before.offset + before.length, end: item.offset + item.length, newText: '' });
    });
    return edits;
  }

  private write(value: unknown, near: Node): string {
    return writeJson(value, this.style, this.indentAt(near.offset));
  }

  /** The white space that the line of an offset begins with. */
  private indentAt(offset: number): string {
    const line = this.source.slice(this.source.lastIndexOf('\n', offset - 1) + 1, offset);
    return /^[ \t]*/.exec(line)![0];
  }

  private mapOf(turn: number): EscapeMap | undefined {
    const known = this.maps?.get(turn);
    if (known !== undefined) return known;
    const node = this.exact(['conversations', turn, 'value']);
    if (node?.type !== 'string') return undefined;
    const map = jsonStringMap(this.source, node.offset, node.offset + node.length);
    this.maps ??= new Map();
    this.maps.set(turn, map);
    return map;
  }

  private tree(): Node | null {
    if (this.root === undefined) {
      this.root =
        this.plain || tooDeep(this.source) === undefined
          ? (parseTree(this.source, [], { allowTrailingComma: true }) ?? null)
          : null;
    }
    return this.root;
  }

  repeatedKeys(): readonly Path[] {
    if (countKeys(this.value) === countKeyMarks(this.source)) return [];
    const root = this.tree();
    return root === null ? [] : findRepeatedKeys(root);
  }

  private firstKey(path: Path): Span | undefined {
    const parent = this.exact(path.slice(0, -1));
    const property = parent?.children?.find((child) => child.children?.[0]?.value === path[path.length - 1]);
    const key = property?.children?.[0];
    return key && spanOf(key);
  }

  private exact(path: Path): Node | undefined {
    const { node, depth } = this.find(path);
    return depth === path.length ? node : undefined;
  }

  private find(path: Path): { node: Node | undefined; property: Node | undefined; depth: number } {
    let node = this.tree() ?? undefined;
    let property: Node | undefined;
    let depth = 0;
    for (const step of path) {
      const next = node === undefined ? undefined : child(node, step);
      if (next === undefined) return { node, property: undefined, depth };
      ({ node, property } = next);
      depth++;
    }
    return { node, property, depth };
  }
}

/** Of a key that stands twice the last one counts, as for `JSON.parse`. */
function child(node: Node, step: string | number): { node: Node; property: Node | undefined } | undefined {
  const children = node.children ?? [];
  if (typeof step === 'number') {
    const item = node.type === 'array' ? children[step] : undefined;
    return item && { node: item, property: undefined };
  }
  if (node.type !== 'object') return undefined;
  for (let i = children.length - 1; i >= 0; i--) {
    const [key, value] = children[i]!.children ?? [];
    if (key?.value === step && value !== undefined) return { node: value, property: children[i] };
  }
  return undefined;
}

function spanOf(node: Node): Span {
  return { start: node.offset, end: node.offset + node.length };
}

interface Parsed {
  readonly value: unknown;
  readonly plain: boolean;
  readonly problems: readonly SyntaxProblem[];
}

const NO_PROBLEMS: readonly never[] = [];

function parse(source: string): Parsed {
  let value: unknown;
  let valid = true;
  try {
    value = JSON.parse(source);
  } catch {
    valid = false;
  }
  const plain = valid && isPlainRecord(value);
  const deep = plain ? undefined : tooDeep(source);
  if (deep !== undefined) {
    const message = `This JSON is nested more than ${MAX_DEPTH} levels deep, and readers may give up on it: remove the surplus brackets.`;
    return { value: undefined, plain: false, problems: [{ start: deep, end: deep + 1, message }] };
  }
  return valid
    ? { value, plain, problems: NO_PROBLEMS }
    : { value: undefined, plain: false, problems: [firstProblem(source)] };
}

/** The offset at which the nesting becomes too deep, if it does; brackets inside strings do not count. */
function tooDeep(source: string): number | undefined {
  // A text with fewer brackets than levels cannot be too deep; most records end here.
  if (source.length < MAX_DEPTH) return undefined;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < source.length; i++) {
    const code = source.charCodeAt(i);
    if (inString) {
      if (code === 92) i++;
      else if (code === 34) inString = false;
      else if (code === 10) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 91 || code === 123) {
      if (++depth > MAX_DEPTH) return i;
    } else if (code === 93 || code === 125) depth--;
  }
  return undefined;
}

/** What is wrong, and what to do. That no reader gets past it goes without saying. */
const SENTENCES: Readonly<Record<string, string>> = {
  PropertyNameExpected: 'A key in double quotes is expected here: write it, or remove the comma before.',
  ValueExpected: 'A value is expected here: write it, or remove what announces it.',
  ColonExpected: 'A colon is expected between a key and its value: write it here.',
  CommaExpected: 'A comma is expected between two members: write it here.',
  CloseBraceExpected: 'A closing brace `}` is missing: write it here.',
  CloseBracketExpected: 'A closing bracket `]` is missing: write it here.',
  EndOfFileExpected: 'The record ends before this: remove it, or put it on a line of its own.',
  InvalidSymbol: 'This is no JSON value: put texts in double quotes, and write true, false and null in small letters.',
  InvalidNumberFormat: 'This is no JSON number: write one such as 17 or 0.5, or put it in double quotes.',
  InvalidCommentToken: 'JSON has no comments: remove it.',
  UnexpectedEndOfString: 'This text has no closing quote: write `"` where it ends.',
  UnexpectedEndOfNumber: 'This number is not complete: write its missing digits.',
  InvalidUnicode: '`\\u` needs four hexadecimal digits: write them, or write the letter itself.',
  InvalidEscapeCharacter: 'This escape is unknown to JSON: write a backslash as `\\\\`, or remove it.',
  InvalidCharacter:
    'JSON texts hold no line breaks, tabs or control characters: write this one as an escape such as `\\n`.',
};
const INVALID = 'This is no valid JSON: compare it with a record that is.';

function firstProblem(source: string): SyntaxProblem {
  const errors: ParseError[] = [];
  parseTree(source, errors, { allowTrailingComma: false, disallowComments: true });
  const first = errors[0];
  if (first === undefined) return { start: 0, end: source.length, message: INVALID };
  const start = Math.min(first.offset, Math.max(0, source.length - 1));
  const end = Math.max(start + 1, Math.min(first.offset + first.length, source.length));
  const message = SENTENCES[printParseErrorCode(first.error)] ?? INVALID;
  return { start, end: Math.min(end, source.length), message };
}

function readTurns(value: unknown): readonly SourceTurn[] {
  const conversations = isObject(value) ? value['conversations'] : undefined;
  if (!Array.isArray(conversations)) return [];
  // At its size at once: a list that grows takes room for more.
  const turns = new Array<SourceTurn>(conversations.length);
  let count = 0;
  for (let index = 0; index < conversations.length; index++) {
    const item: unknown = conversations[index];
    if (!isObject(item)) continue;
    const text = item['value'];
    const from = item['from'];
    if (typeof text !== 'string') continue;
    turns[count++] = new LazyTurn(index, from === 'human' || from === 'gpt' ? from : undefined, text);
  }
  if (count < turns.length) turns.length = count;
  return turns;
}
