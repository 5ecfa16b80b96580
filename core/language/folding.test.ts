import { describe, expect, it } from 'vitest';
import type { FileKind } from '../records/document.ts';
import { UscdfDocument } from '../records/document.ts';
import { recordAround } from '../testing/fixtures.ts';
import { textOf } from '../testing/marked.ts';
import { foldingRanges, MAX_FOLDS } from './folding.ts';

/**
 * The folds of a text whose lines carry marks at their ends: `▼n` on the first line of fold n, `▲n` on its last. A line may
 * carry several. What is found must be what is marked.
 */
function check(kind: FileKind, text: string): void {
  const starts = new Map<string, number>();
  const ends = new Map<string, number>();
  const plain = text
    .split('\n')
    .map((line, i) =>
      line.replace(/ ?([▼▲])(\d)/g, (_, mark: string, name: string) => {
        (mark === '▼' ? starts : ends).set(name, i);
        return '';
      }),
    )
    .join('\n');
  const expected = [...starts].map(([name, startLine]) => ({ startLine, endLine: ends.get(name)! }));
  const sorted = (folds: readonly { readonly startLine: number; readonly endLine: number }[]) =>
    [...folds].sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
  expect(expected.length).toBeGreaterThan(0);
  expect(sorted(foldingRanges(new UscdfDocument(kind, plain)))).toEqual(sorted(expected));
  expect(sorted(foldingRanges(new UscdfDocument(kind, plain.replaceAll('\n', '\r\n'))))).toEqual(sorted(expected));
}

describe('folding', () => {
  it('folds records, headers, masks and turns of a .uscdf', () => {
    check(
      'uscdf',
      `--- ▼0
id: a ▼1
image: a.jpg
masks: ▼2
  - { size: [2, 2], counts: [0, 4] }
  - size: [2, 2]
    counts: [0, 4] ▲2
provenance: ▼3
  status: draft ▲1 ▲3
---
User: <IMAGE> ▼4
Describe the image. ▲4
Assistant: One line. ▲0

---
id: b
---
User: Hm.
`.replace('---\nid: b\n---\nUser: Hm.', '--- ▼5\nid: b\n---\nUser: Hm. ▲5'),
    );
  });

  it('folds the brackets of a .uscdf.json and leaves the closing one in sight', () => {
    check(
      'json',
      `[
  { ▼0
    "id": "a }",
    "conversations": [ ▼1
      { "from": "human", "value": "<image>\\nWhat is { there?" },
      { ▼2
        "from": "gpt",
        "value": "Nothing." ▲2
      } ▲1
    ],
    "masks": [ ▼3
      { "size": [2, 2], "counts": [0, 4] } ▲3
    ] ▲0
  },
  { "id": "b" }
]
`,
    );
  });

  it('folds nothing in a .uscdf.jsonl, where a record is a line', () => {
    const text = textOf('jsonl', [recordAround('<p> dog </p> [SEG]'), recordAround('Yes.\nNo.')]);
    expect(foldingRanges(new UscdfDocument('jsonl', text))).toEqual([]);
  });

  it('folds what is whole of a record that does not parse', () => {
    check('json', '[\n  { ▼0\n    "id": "a,\n    "masks": [ ▼1\n      1 ▲1\n    ] ▲0\n  }\n]\n');
  });

  it.each<FileKind>(['json', 'uscdf'])('stops at its limit, and at the editor’s, in a %s', (kind) => {
    const many = Array.from({ length: 3_000 }, (_, i) => recordAround('A\nb.', { id: `r${i}` }));
    const document = new UscdfDocument(kind, textOf(kind, many));
    expect(foldingRanges(document)).toHaveLength(MAX_FOLDS);
    expect(foldingRanges(document, 7)).toHaveLength(7);
    expect(foldingRanges(document, 0)).toEqual([]);
  });
});
