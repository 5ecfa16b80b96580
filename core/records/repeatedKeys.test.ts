import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonRecord } from './jsonRecord.ts';
import { countKeyMarks, countKeys } from './repeatedKeys.ts';

const repeated = (source: string) => new JsonRecord(source).repeatedKeys();

describe('keys that stand twice', () => {
  it('are found in the record, its turns, its masks, and whatever else it holds', () => {
    expect(repeated('{"id": "a", "masks": [], "id": "b"}')).toEqual([['id']]);
    expect(repeated('{"conversations": [{"from": "human", "value": "a"}, {"value": "b", "value" :"c"}]}')).toEqual([
      ['conversations', 1, 'value'],
    ]);
    expect(repeated('{"masks":[{"size":[1,1],"size":[2,2],"counts":[1,3]}],"mine":{"a":{"b":1,"b":2,"b":3}}}')).toEqual(
      [
        ['masks', 0, 'size'],
        ['mine', 'a', 'b'],
      ],
    );
  });

  it.each([
    '{"id": "a", "value": {"id": "b"}}',
    '{"id" : ":", "a": "\\":", "c":": "}',
    '{"a": "\\"id\\": ", "id": "\\\\"}',
    '[1, {"a": 1}]',
    '17',
    '{"id": "a"',
  ])('there are none in %s', (source) => expect(repeated(source)).toEqual([]));

  it('have both their places', () => {
    const source = '{"id": "a", "masks": [], "id": "b"}';
    const record = new JsonRecord(source);
    expect(record.locate(['id'], 'firstKey')).toEqual({ start: 1, end: 5 });
    expect(record.locate(['id'], 'key')).toEqual({ start: 25, end: 29 });
    expect(record.locate(['gone'], 'firstKey')).toEqual(record.locate(['gone'], 'key'));
  });

  it('are none in what JSON.stringify writes, and most of it is not read twice for that', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(repeated(JSON.stringify(value))).toEqual([]);
      }),
    );
    const plain = { id: 'a', image: 'a.jpg', conversations: [{ from: 'human', value: 'Is it "red"?' }], masks: [] };
    expect(countKeyMarks(JSON.stringify(plain))).toBe(countKeys(plain));
  });
});
