/** What is written into a record stands there as the rest of it does. */
import { describe, expect, it } from 'vitest';
import { fixRecord } from '../language/fixRecord.ts';
import { JsonRecord } from './jsonRecord.ts';
import { writesAscii } from './jsonStyle.ts';
import { applyEdits } from './position.ts';
import type { RecordEdit } from './sourceRecord.ts';

const ASCII = '{"id": "a", "note": "caf\\u00e9", "conversations": [{"from": "gpt", "value": "A dog."}]}';
const RAW = JSON.stringify(JSON.parse(ASCII)).replaceAll('":', '": ').replaceAll(',"', ', "');

const edited = (source: string, edit: RecordEdit) => applyEdits(source, new JsonRecord(source).edit([edit])!);

describe('letters beyond ASCII', () => {
  it.each([
    [ASCII, true],
    [RAW, false],
    ['{"id": "a"}', false],
    ['{"id": "\\u003cp>"}', false],
    ['{"id": "\\u00e9\u00e9"}', false],
  ])('in %s are written as escapes: %j', (source, ascii) => expect(writesAscii(source)).toBe(ascii));

  const edits: readonly RecordEdit[] = [
    { kind: 'text', turn: 0, start: 2, end: 5, newText: 'caf\u00e9 \u{1f415}' },
    { kind: 'set', path: ['note'], value: 'd\u00e9j\u00e0' },
    { kind: 'set', path: ['negatives'], value: ['d\u00e9j\u00e0', 'vu'] },
    { kind: 'renameKey', path: ['note'], to: 'cl\u00e9' },
    { kind: 'append', path: ['masks'], values: [{ size: [2, 2], counts: [4], label: 'caf\u00e9' }] },
  ];

  it.each(edits)('are written by an edit as the record has them: %j', (edit) => {
    const ascii = edited(ASCII, edit);
    expect(ascii).toMatch(/^[\x20-\x7e]*$/);
    const raw = edited(RAW, edit);
    expect(raw).not.toContain('\\u');
    expect(JSON.parse(ascii)).toEqual(JSON.parse(raw));
  });

  it('stay escapes where a clause is written anew', () => {
    const answer = "Sorry, I can't see any caf\u00e9 in this image.";
    const record = { id: 'a', image: 'a.jpg', masks: [], conversations: [] as unknown[] };
    record.conversations = [
      { from: 'human', value: '<image>\nIs there a caf\u00e9?' },
      { from: 'gpt', value: answer },
    ];
    const before = JSON.stringify(record).replaceAll('\u00e9', '\\u00e9');
    const { source } = fixRecord('jsonl', before, { kinds: ['safe'], scopes: ['turn'] });
    expect(source).toBe(before.replace("can't see", "don't see"));
  });
});
