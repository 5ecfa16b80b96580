import { expect, it } from 'vitest';
import { type ConversionReport, type ConvertedItem, readReport } from './report.ts';
import { MOST_SHOWN, reportPage } from './reportPage.ts';

const item = (more: Partial<ConvertedItem>): ConvertedItem => ({
  ...{ kind: 'rejected', code: 'no-image', file: '/d/in.json', item: 'line 1', message: 'Why, and what to do.' },
  ...more,
});
const report = (more: Partial<ConversionReport>): ConversionReport =>
  readReport(
    JSON.stringify({
      ...{ version: 1, from: 'llava', to: 'uscdf', outputs: ['/d/out.uscdf.jsonl'], records: 1, phrases: 1, masks: 1 },
      ...{ imagesNotFound: 0, counts: { rejected: {}, changed: {}, lost: {} }, items: [], ...more },
    }),
  )!;

/** The words of each link, and where it leads. */
function links(made: ReturnType<typeof reportPage>): readonly (readonly unknown[])[] {
  const lines = made.text.split('\n');
  return made.links.map(({ line, start, end, file, item: inFile }) => [lines[line]!.slice(start, end), file, inFile]);
}

it('names each item by its reason, and leads to its place', () => {
  const made = reportPage(
    report({
      counts: { rejected: { 'no-image': 1 }, changed: { crowd: 1 }, lost: {} },
      items: [item({ kind: 'changed', code: 'crowd', item: 'annotations[3]' }), item({})],
    }),
    '/r.json',
  );
  expect(links(made)).toEqual([
    ['/d/out.uscdf.jsonl', '/d/out.uscdf.jsonl', undefined],
    ['/r.json', '/r.json', undefined],
    ['/d/in.json: line 1', '/d/in.json', 'line 1'],
    ['/d/in.json: annotations[3]', '/d/in.json', 'annotations[3]'],
  ]);
  expect(made.text).toMatch(/# 1 item rejected: .+\n\n### no-image: 1\n\n- .+: Why, and what to do\.\n/);
});

it('says that nothing was written, and which photographs are missing', () => {
  expect(reportPage(report({ outputs: [], records: 0 }), '/r.json').text).toContain('Nothing was written: 0 records');
  expect(reportPage(report({ imagesNotFound: 2 }), '/r.json').text).toContain('2 photographs not found: ');
});

it('keeps the places of links beside names with line breaks', () => {
  const made = reportPage(
    report({
      counts: { rejected: { x: 2 }, changed: {}, lost: {} },
      items: [item({ code: 'x', item: 'a\r\nb' }), item({ code: 'x' })],
    }),
    '/r.json',
  );
  expect(
    links(made)
      .slice(2)
      .map(([words]) => words),
  ).toEqual(['/d/in.json: a  b', '/d/in.json: line 1']);
});

it('shows no more of a reason than can be read', () => {
  const items = Array.from({ length: MOST_SHOWN + 5 }, (_, i) => item({ item: `line ${i}` }));
  const made = reportPage(
    report({ counts: { rejected: { 'no-image': 7000 }, changed: {}, lost: {} }, items }),
    '/r.json',
  );
  expect(made.links).toHaveLength(MOST_SHOWN + 2);
  expect(made.text).toContain(`… and ${7000 - MOST_SHOWN} more`);
});
