import type { RecordModel } from '../records/recordModel.ts';
import type { SourceRecord } from '../records/sourceRecord.ts';
import { defineRule, type Fix } from './rule.ts';

/** VS Code draws the first 10,000 characters of a line (`editor.stopRenderingLineAfter`). */
const DRAWN = 10_000;

/** A record on one line whose masks make it too long to be drawn. */
export const longLine = defineRule({
  code: 'long-line',
  severity: 'hint',
  scope: 'record',
  fix: 'manual',
  summary: 'A line of JSONL is longer than editors draw, because of its masks.',
  why: 'Editors stop drawing and colouring a line after 10,000 characters, so what stands behind them cannot be seen. In a file of their own masks are in nobody’s way. Loaders that know no such file want the masks in the record: the hint can be switched off.',
  // A line of 10,000 characters is no example to read; longLine.test.ts has them.
  bad: [],
  good: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nCan you segment the dog in this image?"}, {"from": "gpt", "value": "Sure, it is <p> dog </p> [SEG]."}], "masks": "masks/a.masks.json"}',
  ],
  check({ record, report }) {
    const { source } = record;
    const masks = record.data['masks'];
    if (source.source.length <= DRAWN || !source.isLine || !Array.isArray(masks) || masks.length === 0) return;
    const length = source.source.length.toLocaleString('en');
    const message = `This line is ${length} characters long because of its masks, and editors stop drawing a line after 10,000: move the masks to a file of their own.`;
    report({ path: ['masks'], part: 'key' }, message, { fixes: () => [moveFix(record, masks.length)] });
  },
});

/** The masks go as they are written, one a line. */
function moveFix({ source, id }: RecordModel, count: number): Fix {
  const masks = Array.from({ length: count }, (_, index) => written(source, index));
  const text = `[\n${masks.map((mask) => `  ${mask}`).join(',\n')}\n]\n`;
  const path = `masks/${fileName(id)}-${checksum(text)}.masks.json`;
  return {
    title: `Move the masks to ${path}`,
    files: [{ path, text }],
    edits: [{ kind: 'set', path: ['masks'], value: path }],
  };
}

function written(source: SourceRecord, index: number): string {
  const { start, end } = source.locate(['masks', index]);
  return source.source.slice(start, end);
}

/** An id as part of a file's name on any system. */
function fileName(id: string | undefined): string {
  const plain = (id ?? '').slice(0, 80).replace(/[^A-Za-z0-9._-]/g, '-');
  return plain.replace(/^[.-]{1,80}/, '') || 'record';
}

/** Eight hexadecimal digits (FNV-1a), so that records of two files with one id do not meet in one name. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
