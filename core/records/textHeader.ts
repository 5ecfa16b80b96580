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
