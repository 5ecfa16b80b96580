/** How a file writes its JSON, so that what is added looks like what stands there. */
import { escapeForJson } from './escapeMap.ts';
import { writeNumbers } from './numberList.ts';

export interface JsonStyle {
  /** `: ` or `:`. */
  readonly colon: string;
  /** `, ` or `,`. */
  readonly comma: string;
  /** One level of indentation; empty for a record on one line. */
  readonly indent: string;
  /** What a line ends with. */
  readonly ending: '\n' | '\r\n';
  /** Letters beyond ASCII are written as `\uXXXX`. */
  readonly ascii: boolean;
}

/** Python's `json.dumps`, which writes most datasets. */
export const PYTHON_STYLE: JsonStyle = { colon: ': ', comma: ', ', indent: '', ending: '\n', ascii: false };

/** The style of a record's source, read off its beginning. */
export function jsonStyle(source: string): JsonStyle {
  const head = source.slice(0, 2_000);
  const colon = /"\s*:( ?)/.exec(head)?.[1] === '' ? ':' : ': ';
  const first = /^[[{]\s*?\n([ \t]+)/.exec(head)?.[1] ?? '';
  // The closing brace stands one level further out than the keys; in a list of records both are indented.
  const closing = /\n([ \t]*)[\]}]\s*$/.exec(source.slice(-200))?.[1] ?? '';
  const indent = first.startsWith(closing) ? first.slice(closing.length) : first;
  const ending = head.includes('\r\n') ? '\r\n' : '\n';
  return { colon, comma: colon === ':' ? ',' : ', ', indent, ending, ascii: writesAscii(source) };
}

/** Whether a source writes letters beyond ASCII as escapes: it has such escapes, and no such letter. */
export function writesAscii(source: string): boolean {
  return ESCAPED_LETTER.test(source) && !BEYOND_ASCII.test(source);
}

const ESCAPED_LETTER = /\\u(?!00[0-7])[0-9a-fA-F]{4}/;
const BEYOND_ASCII = /[\u007f-\uffff]/;

/**
 * A value in that style. Lists of plain values and objects without nested objects stay on one line even in an indented
 * file: a mask is one thing to read.
 */
export function writeJson(value: unknown, style: JsonStyle, currentIndent = ''): string {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(isNumber)) return writeNumbers(value, style.comma);
    const items = value.map((item) => writeJson(item, style, currentIndent + style.indent));
    return style.indent === '' || isFlat(value)
      ? `[${items.join(style.comma)}]`
      : wrap('[', items, ']', style, currentIndent);
  }
  if (typeof value === 'object' && value !== null) {
    const items = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(
        ([key, member]) =>
          `${quoted(key, style)}${style.colon}${writeJson(member, style, currentIndent + style.indent)}`,
      );
    return style.indent === '' || isLeaf(value)
      ? `{${items.join(style.comma)}}`
      : wrap('{', items, '}', style, currentIndent);
  }
  return typeof value === 'string' ? quoted(value, style) : (JSON.stringify(value) ?? 'null');
}

/** A text as a JSON string. */
export function quoted(text: string, style: JsonStyle): string {
  return style.ascii ? `"${escapeForJson(text, true)}"` : JSON.stringify(text);
}

function wrap(open: string, items: readonly string[], close: string, style: JsonStyle, indent: string): string {
  if (items.length === 0) return open + close;
  const inner = `${style.ending}${indent}${style.indent}`;
  return `${open}${inner}${items.join(`,${inner}`)}${style.ending}${indent}${close}`;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isFlat(list: readonly unknown[]): boolean {
  return list.every((item) => typeof item !== 'object' || item === null);
}

function isLeaf(object: object): boolean {
  return Object.values(object).every(
    (member) => typeof member !== 'object' || member === null || (Array.isArray(member) && isFlat(member)),
  );
}
