/** Where in a file the thing stands that a report names. */
import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';

/** UTF-16 units; a larger file takes too long to be gone through for a click. */
const MOST_PARSED = 20e6;

/**
 * The offset of an item: `line 7`, `item 7` or `record 7` of a list, all from 1; `annotations[7]`, from 0; an object by its id,
 * such as `image 204805`; and anything else where its name first stands. A part of one, `item 7, region 2`, is where the whole
 * is. `undefined` where it is not found.
 */
export function itemOffset(text: string, item: string): number | undefined {
  const counted = /^(line|item|record) (\d{1,9})(?=[, ]|$)/.exec(item);
  if (counted !== null) return (counted[1] === 'line' ? lineOffset : nthOffset)(text, Number(counted[2]) - 1);
  const indexed = /^(\w{1,100})\[(\d{1,9})\](?=[, ]|$)/.exec(item);
  if (indexed !== null) return node(text, [indexed[1]!, Number(indexed[2])]);
  const byId = /^(image|annotation|ref) ("[^"]{0,1000}"|[^\s,]{1,1000})(?=[, ]|$)/.exec(item);
  return byId === null ? named(text, item) : (withId(text, byId[1]!, byId[2]!) ?? named(text, byId[2]!));
}

function lineOffset(text: string, line: number): number | undefined {
  let at = 0;
  for (let n = 0; n < line; n++) {
    const end = text.indexOf('\n', at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  return at;
}

/** The nth value of a list, or of a file with a value a line. */
function nthOffset(text: string, index: number): number | undefined {
  const start = text.search(/\S/);
  if (text[start] === '[') return node(text, [index]);
  let at = 0;
  for (let left = index; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const isBlank = text.slice(at, end < 0 ? undefined : end).trim() === '';
    if (!isBlank && left-- === 0) return at;
    if (end < 0) break;
    at = end + 1;
  }
  return undefined;
}

function node(text: string, path: readonly (string | number)[]): number | undefined {
  const tree = treeOf(text);
  return tree === undefined ? undefined : findNodeAtLocation(tree, [...path])?.offset;
}

/** The object of a list such as `images` whose id is written so. */
function withId(text: string, what: string, id: string): number | undefined {
  const tree = treeOf(text);
  const list = tree === undefined ? undefined : findNodeAtLocation(tree, [`${what}s`]);
  return list?.children?.find((each: Node) => {
    const value: unknown = findNodeAtLocation(each, ['id'])?.value;
    return value !== undefined && JSON.stringify(value) === id;
  })?.offset;
}

function treeOf(text: string): Node | undefined {
  return text.length > MOST_PARSED ? undefined : parseTree(text);
}

/** Where it stands as a JSON text, else as it is. */
function named(text: string, name: string): number | undefined {
  const quoted = text.indexOf(JSON.stringify(name));
  const at = quoted >= 0 ? quoted : text.indexOf(name);
  return name === '' || at < 0 ? undefined : at;
}
