/** How a file writes its JSON, so that what is added looks like what stands there. */

export interface JsonStyle {
  /** `: ` or `:`. */
  readonly colon: string;
  /** `, ` or `,`. */
  readonly comma: string;
  /** One level of indentation; empty for a record on one line. */
  readonly indent: string;
  /** What a line ends with. */
  readonly ending: '\n' | '\r\n';
}

/** Python's `json.dumps`, which writes most datasets. */
export const PYTHON_STYLE: JsonStyle = { colon: ': ', comma: ', ', indent: '', ending: '\n' };

/** The style of a record's source, read off its beginning. */
export function jsonStyle(source: string): JsonStyle {
  const head = source.slice(0, 2_000);
  const colon = /"\s*:( ?)/.exec(head)?.[1] === '' ? ':' : ': ';
  const first = /^[[{]\s*?\n([ \t]+)/.exec(head)?.[1] ?? '';
  // The closing brace stands one level further out than the keys; in a list of records both are indented.
  const closing = /\n([ \t]*)[\]}]\s*$/.exec(source.slice(-200))?.[1] ?? '';
  const indent = first.startsWith(closing) ? first.slice(closing.length) : first;
  const ending = head.includes('\r\n') ? '\r\n' : '\n';
  return { colon, comma: colon === ':' ? ',' : ', ', indent, ending };
}

/**
 * A value in that style. Lists of plain values and objects without nested objects stay on one line even in an indented
 * file: a mask is one thing to read.
 */
export function writeJson(value: unknown, style: JsonStyle, currentIndent = ''): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => writeJson(item, style, currentIndent + style.indent));
    return isFlat(value) || style.indent === ''
      ? `[${items.join(style.comma)}]`
      : wrap('[', items, ']', style, currentIndent);
  }
  if (typeof value === 'object' && value !== null) {
    const items = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(
        ([key, member]) =>
          `${JSON.stringify(key)}${style.colon}${writeJson(member, style, currentIndent + style.indent)}`,
      );
    return isLeaf(value) || style.indent === ''
      ? `{${items.join(style.comma)}}`
      : wrap('{', items, '}', style, currentIndent);
  }
  return JSON.stringify(value) ?? 'null';
}

function wrap(open: string, items: readonly string[], close: string, style: JsonStyle, indent: string): string {
  if (items.length === 0) return open + close;
  const inner = `${style.ending}${indent}${style.indent}`;
  return `${open}${inner}${items.join(`,${inner}`)}${style.ending}${indent}${close}`;
}

function isFlat(list: readonly unknown[]): boolean {
  return list.every((item) => typeof item !== 'object' || item === null);
}

function isLeaf(object: object): boolean {
  return Object.values(object).every(
    (member) => typeof member !== 'object' || member === null || (Array.isArray(member) && isFlat(member)),
  );
}
