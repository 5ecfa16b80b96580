/**
 * Reads Python pickles of plain data: None, booleans, numbers, texts, bytes, lists, tuples, dicts and sets. A pickle is a program
 * for a stack machine; opcodes that would look up or call anything (GLOBAL, REDUCE, BUILD, INST, OBJ, NEWOBJ, persistent ids,
 * extensions) are refused by name, so that nothing is ever executed. Protocols 0 to 5. Python's pickletools is the reference.
 */
import { fail, ok, type Result } from '../../result.ts';

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>;

/** So deep may values be nested: deeper ones are nobody's data. */
const MOST_DEPTH = 200;
/** So many values may one pickle make. */
const MOST_VALUES = 50_000_000;

/** Opcodes that make or call objects, by what Python calls them. */
const REFUSED: Readonly<Record<string, string>> = {
  c: 'GLOBAL',
  '\x93': 'STACK_GLOBAL',
  R: 'REDUCE',
  b: 'BUILD',
  i: 'INST',
  o: 'OBJ',
  '\x81': 'NEWOBJ',
  '\x92': 'NEWOBJ_EX',
  P: 'PERSID',
  Q: 'BINPERSID',
  '\x82': 'EXT1',
  '\x83': 'EXT2',
  '\x84': 'EXT4',
  '\x97': 'NEXT_BUFFER',
  '\x98': 'READONLY_BUFFER',
};

const MARK = Symbol('mark');
type Item = PickleValue | typeof MARK;

class PickleError extends Error {}

/**
 * The value of a pickle. Byte strings of Python 2 are read as UTF-8, and as Latin-1 where they are none. Fails, with the byte and
 * the reason, on pickles that are cut off, damaged, or hold anything but plain data.
 */
export function readPickle(bytes: Uint8Array): Result<PickleValue> {
  const machine = new Machine(bytes);
  try {
    return ok(machine.run());
  } catch (error) {
    if (error instanceof PickleError) return fail(`byte ${machine.at + 1}: ${error.message}`);
    throw error;
  }
}

/**
 * A pickle's value as JSON has it: dicts as objects, tuples and sets as lists, large numbers as numbers. What stands in several
 * places is made once, and a value that holds itself is null there: a few bytes of a pickle can mean a value without end.
 */
export function plainValue(value: PickleValue): unknown {
  return plainOf(value, new Map(), 0);
}

function plainOf(value: PickleValue, known: Map<PickleValue, unknown>, depth: number): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return textOf(value);
  if (!Array.isArray(value) && !(value instanceof Map)) return value;
  if (depth > MOST_DEPTH) return null;
  if (known.has(value)) return known.get(value);
  known.set(value, null);
  const plain = Array.isArray(value)
    ? value.map((item) => plainOf(item, known, depth + 1))
    : Object.fromEntries([...value].map(([key, item]) => [keyOf(key), plainOf(item, known, depth + 1)]));
  known.set(value, plain);
  return plain;
}

function keyOf(key: PickleValue): string {
  return typeof key === 'object' && key !== null ? '' : String(key);
}

class Machine {
  at = 0;
  private readonly stack: Item[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private made = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): PickleValue {
    for (;;) {
      const code = String.fromCharCode(this.byte());
      if (code === '.') return this.pop();
      this.step(code);
    }
  }

  private step(code: string): void {
    const refused = REFUSED[code];
    if (refused !== undefined) {
      throw new PickleError(
        `the pickle wants to make an object (${refused}), and only plain data is read: save it with json.dump, or name another file.`,
      );
    }
    switch (code) {
      case '\x80':
        this.byte();
        return;
      case '\x95':
        this.skip(8);
        return;
      case '(':
        this.stack.push(MARK);
        return;
      case '0':
        this.stack.pop();
        return;
      case '1':
        this.popToMark();
        return;
      case '2':
        this.push(this.top());
        return;
      case 'N':
        this.push(null);
        return;
      case '\x88':
        this.push(true);
        return;
      case '\x89':
        this.push(false);
        return;
      case 'I':
        this.push(decimal(this.line()));
        return;
      case 'J':
        this.push(this.number(4, () => this.view.getInt32(this.at, true)));
        return;
      case 'K':
        this.push(this.byte());
        return;
      case 'M':
        this.push(this.number(2, () => this.view.getUint16(this.at, true)));
        return;
      case 'L':
        this.push(long(this.line()));
        return;
      case '\x8a':
        this.push(this.littleEndian(this.byte()));
        return;
      case '\x8b':
        this.push(this.littleEndian(this.length(4)));
        return;
      case 'F':
        this.push(float(this.line()));
        return;
      case 'G':
        this.push(this.number(8, () => this.view.getFloat64(this.at, false)));
        return;
      case 'S':
        this.push(quoted(this.line()));
        return;
      case 'V':
        this.push(rawUnicode(this.line()));
        return;
      case 'U':
        this.push(textOf(this.take(this.byte())));
        return;
      case 'T':
        this.push(textOf(this.take(this.length(4))));
        return;
      case '\x8c':
        this.push(utf8(this.take(this.byte())));
        return;
      case 'X':
        this.push(utf8(this.take(this.length(4))));
        return;
      case '\x8d':
        this.push(utf8(this.take(this.length(8))));
        return;
      case 'C':
        this.push(this.take(this.byte()).slice());
        return;
      case 'B':
        this.push(this.take(this.length(4)).slice());
        return;
      case '\x8e':
      case '\x96':
        this.push(this.take(this.length(8)).slice());
        return;
      case ']':
      case ')':
      case '\x8f':
        this.push([]);
        return;
      case '}':
        this.push(new Map());
        return;
      case 'l':
      case 't':
      case '\x91':
        this.push(this.popToMark());
        return;
      case '\x85':
        this.push([this.pop()]);
        return;
      case '\x86':
        this.push(this.popMany(2));
        return;
      case '\x87':
        this.push(this.popMany(3));
        return;
      case 'd':
        this.push(this.filled(new Map(), this.popToMark()));
        return;
      case 'a':
      case 'e':
      case '\x90': {
        const items = code === 'a' ? [this.pop()] : this.popToMark();
        const list = this.top();
        if (!Array.isArray(list))
          throw new PickleError('a value is added to something that is no list: the file is damaged.');
        for (const item of items) list.push(item);
        return;
      }
      case 's':
      case 'u': {
        const pairs = code === 's' ? this.popMany(2) : this.popToMark();
        const map = this.top();
        if (!(map instanceof Map))
          throw new PickleError('a key is set in something that is no dict: the file is damaged.');
        this.filled(map, pairs);
        return;
      }
      case 'p':
        this.remember(decimalIndex(this.line()));
        return;
      case 'q':
        this.remember(this.byte());
        return;
      case 'r':
        this.remember(this.length(4));
        return;
      case '\x94':
        this.remember(this.memo.size);
        return;
      case 'g':
        this.recall(decimalIndex(this.line()));
        return;
      case 'h':
        this.recall(this.byte());
        return;
      case 'j':
        this.recall(this.length(4));
        return;
      default:
        throw new PickleError('this is no opcode of a pickle: name a pickle, or a file that is not damaged.');
    }
  }

  private push(value: PickleValue): void {
    if (++this.made > MOST_VALUES) throw new PickleError('the pickle makes more values than are read: split it.');
    this.stack.push(value);
  }

  private pop(): PickleValue {
    const item = this.stack.pop();
    if (item === undefined || item === MARK) throw new PickleError('a value is missing: the file is damaged.');
    return item;
  }

  private top(): PickleValue {
    const item = this.stack[this.stack.length - 1];
    if (item === undefined || item === MARK) throw new PickleError('a value is missing: the file is damaged.');
    return item;
  }

  private popMany(count: number): PickleValue[] {
    const items: PickleValue[] = [];
    for (let i = 0; i < count; i++) items.unshift(this.pop());
    return items;
  }

  private popToMark(): PickleValue[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw new PickleError('a mark is missing: the file is damaged.');
    return this.stack.splice(mark).slice(1) as PickleValue[];
  }

  private filled(map: Map<PickleValue, PickleValue>, pairs: readonly PickleValue[]): Map<PickleValue, PickleValue> {
    if (pairs.length % 2 === 1) throw new PickleError('a dict has a key without a value: the file is damaged.');
    for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i]!, pairs[i + 1]!);
    return map;
  }

  private remember(index: number): void {
    this.memo.set(index, this.top());
  }

  private recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw new PickleError('it recalls a value that was never made: the file is damaged.');
    this.push(value);
  }

  private byte(): number {
    const value = this.bytes[this.at];
    if (value === undefined) throw new PickleError('the file ends here, in the middle of its data.');
    this.at++;
    return value;
  }

  private skip(count: number): void {
    this.take(count);
  }

  private take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw new PickleError('the file ends here, in the middle of its data.');
    const taken = this.bytes.subarray(this.at, this.at + count);
    this.at += count;
    return taken;
  }

  private number(bytes: number, read: () => number): number {
    if (this.at + bytes > this.bytes.length) throw new PickleError('the file ends here, in the middle of its data.');
    const value = read();
    this.at += bytes;
    return value;
  }

  /** A length of 4 or 8 bytes; more than the file has cannot be right. */
  private length(bytes: 4 | 8): number {
    let value = 0;
    const taken = this.take(bytes);
    for (let i = bytes - 1; i >= 0; i--) value = value * 256 + taken[i]!;
    if (value > this.bytes.length) throw new PickleError('a length is larger than the file: the file is damaged.');
    return value;
  }

  private littleEndian(count: number): number | bigint {
    const taken = this.take(count);
    let value = 0n;
    for (let i = taken.length - 1; i >= 0; i--) value = value * 256n + BigInt(taken[i]!);
    if (count > 0 && taken[count - 1]! >= 0x80) value -= 1n << BigInt(8 * count);
    return small(value);
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw new PickleError('the file ends here, in the middle of its data.');
    let text = '';
    for (let i = this.at; i < end; i++) text += String.fromCharCode(this.bytes[i]!);
    this.at = end + 1;
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }
}

/** `I01` and `I00` are protocol 0's booleans. */
function decimal(text: string): number | bigint | boolean {
  if (text === '01') return true;
  if (text === '00') return false;
  return long(text);
}

function long(text: string): number | bigint {
  if (!/^[+-]?\d{1,400}L?$/.test(text))
    throw new PickleError(`"${text.slice(0, 20)}" is no whole number: the file is damaged.`);
  return small(BigInt(text.replace(/L$/, '').replace(/^\+/, '')));
}

function small(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function float(text: string): number {
  const special: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN };
  const value = special[text] ?? Number(text);
  if (text.trim() === '' || (Number.isNaN(value) && text !== 'nan'))
    throw new PickleError(`"${text.slice(0, 20)}" is no number: the file is damaged.`);
  return value;
}

function decimalIndex(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new PickleError(`"${text.slice(0, 20)}" is no place: the file is damaged.`);
  return Number(text);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
};

/** Python 2's `repr` of a byte string. */
function quoted(text: string): string {
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text[text.length - 1] !== quote)
    throw new PickleError('a text has no quotes: the file is damaged.');
  const bytes = text.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|[\s\S])/g, (whole, code: string) => {
    if (code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return ESCAPES[code] ?? whole;
  });
  return textOf(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}

/** `raw-unicode-escape`: Latin-1 with `\uXXXX` and `\UXXXXXXXX`. */
function rawUnicode(text: string): string {
  return text.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, short?: string, long?: string) => {
    const code = Number.parseInt(short ?? long!, 16);
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return text;
  }
}
