/** Reads the YAML header of a `.uscdf` record. Never throws, and never recurses as deep as the header says. */
import { type Document, parseDocument, type YAMLError } from 'yaml';
import type { SyntaxProblem } from './sourceRecord.ts';

const MAX_HEADER_DEPTH = 100;

export function readHeader(
  text: string,
  offset: number,
): { document: Document.Parsed | undefined; value: unknown; problems: readonly SyntaxProblem[] } {
  const refuse = (message: string) => ({
    document: undefined,
    value: undefined,
    problems: [{ start: offset, end: offset + text.trimEnd().length, message }],
  });
  if (nestsTooDeep(text))
    return refuse(
      `This header is nested more than ${MAX_HEADER_DEPTH} levels deep, and readers may give up on it: remove the surplus levels.`,
    );
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent', stringKeys: true });
    const error = document.errors[0];
    if (error !== undefined) return { document, value: undefined, problems: [problemOf(error, text, offset)] };
    return { document, value: document.toJS({ maxAliasCount: 100 }), problems: [] };
  } catch {
    return refuse(
      'This header is no valid YAML, or its aliases repeat so much that no reader takes it: write each value out.',
    );
  }
}

function problemOf(error: YAMLError, text: string, offset: number): SyntaxProblem {
  const [start, end] = error.pos;
  const sentence = error.message.replace(/\s+/g, ' ').replace(/\.?$/, '.');
  const from = Math.min(start, text.trimEnd().length);
  return {
    start: offset + from,
    end: offset + Math.max(from, Math.min(end, text.length)),
    message: `The header is no valid YAML, so that no reader finds the record's keys: ${sentence} ${adviceFor(error)}`,
  };
}

/** What to do about the mistakes that people make; the parser's own sentence tells what is wrong. */
function adviceFor({ code }: YAMLError): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'Keep one of the two keys.';
    case 'TAB_AS_INDENT':
      return 'Indent with spaces.';
    case 'BAD_INDENT':
      return 'Close its bracket, or indent the keys of one object alike.';
    case 'MISSING_CHAR':
      return 'Write it here.';
    case 'UNEXPECTED_TOKEN':
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return 'Write one `key: value` on a line, and put a value with `:`, `#` or brackets in quotes.';
    default:
      return 'Correct it here, or put the value in quotes.';
  }
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
