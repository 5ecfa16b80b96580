/** Every message about a file that does not parse says what to do. */
import { describe, expect, it } from 'vitest';
import { JsonRecord } from './jsonRecord.ts';
import { splitJson } from './split.ts';
import { TextRecord } from './textRecord.ts';

const ADVICE = /: (?:write|remove|put|compare|move|begin)\b/;
const TURNS = '\nUser: <IMAGE>\nAssistant: Yes.\n';

describe('a mistake of syntax', () => {
  it.each([
    ['{"a": 1,}', 'A key in double quotes'],
    ['{"a": }', 'A value'],
    ['{"a" 1}', 'A colon'],
    ['[1 2]', 'A comma'],
    ['{"a": 1', 'A closing brace'],
    ['[1', 'A closing bracket'],
    ['{"a": 1} 2', 'The record ends before this'],
    ['{"a": yes}', 'no JSON value'],
    ['{"a": 1.}', 'number'],
    ['{"a": 1} // b', 'no comments'],
    ['{"a": "b', 'no closing quote'],
    ['{"a": "\\u12"}', 'four hexadecimal digits'],
    ['{"a": "\\x"}', 'escape is unknown'],
    ['{"a": "\t"}', 'control characters'],
    ['['.repeat(300), 'nested more than'],
  ])('of JSON says what is wrong and what to do: %.20s', (source, wrong) => {
    const [problem] = new JsonRecord(source).problems;
    expect(problem!.message).toContain(wrong);
    expect(problem!.message).toMatch(ADVICE);
  });

  it.each(['[{}', '[,{}]', '[{},]', '[{}] {}'])('between the records of a list says so too: %s', (text) => {
    const [problem] = splitJson(text).problems;
    expect(problem!.message).toMatch(ADVICE);
  });

  it.each([
    [`---\nid: a\nid: b\n---${TURNS}`, 'Keep one of the two keys.'],
    [`---\nid: [a\n---${TURNS}`, 'Close its bracket'],
    [`---\nid: a: b\n---${TURNS}`, 'in quotes.'],
    [`---\nid: a\nmine:\n\tb: 1\n---${TURNS}`, 'Indent with spaces.'],
    [`---\nmine: ${'['.repeat(200)}\n---${TURNS}`, 'remove the surplus levels.'],
    [`id: a\n---${TURNS}`, 'put `---` on a line of its own'],
    [`---\nid: a${TURNS}`, 'put `---` on a line of its own'],
    ['---\nid: a\n---\nHello.\n', 'begin the line with'],
  ])('of a .uscdf record says what to do: %j', (source, advice) => {
    const [problem] = new TextRecord(source).problems;
    expect(problem!.message).toContain(advice);
  });
});
