import { describe, expect, it } from 'vitest';
import { reportBody, reportHtml } from './html.ts';
import { reportMarkdown } from './markdown.ts';
import type { EvaluationReport, ScoreTable } from './model.ts';
import { publishedRows } from './published.ts';
import { reportText } from './text.ts';

const table: ScoreTable = {
  set: 'gcg',
  title: 'Grounded captions',
  examples: 1,
  unit: 'images',
  scores: [
    { metric: 'meteor', name: 'METEOR', value: 0.1644 },
    { metric: 'ap', name: 'AP', value: null },
  ],
  published: publishedRows('gcg'),
  plots: [
    {
      kind: 'bars',
      title: 'Recall by phrase',
      measure: 'share',
      xLabel: 'phrase',
      yLabel: 'recall',
      bars: [{ label: '<img src=x onerror=alert(1)> & "more"', value: 0.5, of: 4 }],
    },
    {
      kind: 'curve',
      title: 'Precision',
      xLabel: 'recall',
      yLabel: 'precision',
      points: [
        [0, 1],
        [1, 0.25],
      ],
    },
  ],
};

const report: EvaluationReport = {
  version: 1,
  protocol: 'strict',
  similarity: 'shared words',
  meteor: 'METEOR-1.5 (no paraphrase)',
  documentFrequencies: 'the references of each set',
  references: ['a.uscdf.jsonl'],
  predictions: ['b.uscdf.jsonl'],
  counts: { images: 1, unanswered: 2, skipped: 0, unasked: 3 },
  complete: false,
  tables: [table],
  notes: [{ set: 'gcg', metric: 'AP', count: 1, examples: ['x|y'], message: 'Masks differ.' }],
  problems: [{ id: '<b>', place: { file: 'b.uscdf.jsonl', line: 4 }, message: 'It does not parse.' }],
  worst: [
    { id: 'dog', set: 'gcg', score: 0.25, why: '1 of 2 masks missed', reference: { file: 'a.uscdf.jsonl', line: 0 } },
  ],
};

const forms = { text: reportText(report), markdown: reportMarkdown(report), html: reportHtml(report) };

describe('a report', () => {
  it.each(Object.entries(forms))(
    'names what the numbers were made by, and that they are not complete: %s',
    (_, text) => {
      for (const part of ['strict', 'shared words', 'METEOR-1.5', '2 without a prediction', '3 predictions without'])
        expect(text).toContain(part);
      expect(text).toMatch(/not complete/);
    },
  );

  it.each(Object.entries(forms))('stands beside the published figures, times 100: %s', (_, text) => {
    expect(text).toMatch(/MGLMM, validation/);
    expect(text).toMatch(/this[\s|<>/td]+16\.4[\s|<>/td]+–/);
    expect(text).toMatch(/MGLMM, validation[\s|<>/td]+16\.4/);
  });

  it('has published figures of one score in a table of their own, a column a split', () => {
    const scores = [{ metric: 'ciou', name: 'cIoU', value: 0.5 }] as const;
    const referring = { ...table, set: 'referring', scores, published: publishedRows('referring'), plots: [] } as const;
    const own = { ...report, tables: [referring] };
    expect(reportText(own)).toMatch(/MGLMM, cIoU: RefCOCO val 80\.2, RefCOCO testA 83\.1, .*, gRefCOCO testB 56\.0/);
    expect(reportMarkdown(own)).toMatch(
      /\| published × 100 \| RefCOCO val \|.*\n.*\n.*\n\| MGLMM, cIoU \| 80\.2 \| 83\.1 \|/,
    );
    expect(reportHtml(own)).toMatch(/<td>MGLMM, cIoU<\/td><td>80\.2<\/td>/);
  });

  it('counts lines from 1 for people', () => {
    expect(forms.text).toContain('b.uscdf.jsonl:5 [<b>] It does not parse.');
    expect(forms.text).toContain('25.0  a.uscdf.jsonl:1 [dog] 1 of 2 masks missed');
  });

  it('lets no id break its line in a terminal, or command it', () => {
    const id = 'a\n\u001b[31m\u009bb\u2028c';
    const text = reportText({
      ...report,
      notes: [{ ...report.notes[0]!, count: 1, examples: [id] }],
      problems: [{ ...report.problems[0]!, id }],
      worst: [{ ...report.worst[0]!, id }],
    });
    expect(text.split('a\\u000a\\u001b[31m\\u009bb\\u2028c')).toHaveLength(4);
  });

  it('shows text of records as text', () => {
    expect(forms.html).not.toContain('<img');
    expect(forms.html).not.toContain('<b>');
    expect(forms.html).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;more&quot;');
    expect(forms.markdown).toContain('x\\|y');
    expect(forms.markdown).toContain('\\<b\\>');
  });

  it('lets a page make links of its records and places, each with its index', () => {
    const body = reportBody(report, (list, index, text) => `[${list} ${index} ${text.length}]`);
    expect(body).toContain('<td>[worst 0 3]</td><td>gcg</td>');
    expect(body).toContain('<td>[problems 0 15]</td><td>&lt;b&gt;</td>');
  });

  it('is a page without scripts and without anything from elsewhere', () => {
    expect(forms.html).toMatch(/default-src 'none'/);
    expect(forms.html).not.toMatch(/<script|<link|\b(?:src|href)\s*=\s*["']/);
    expect(forms.html.match(/<svg /g)).toHaveLength(2);
    expect(forms.html).toMatch(/points="52,12 508,150"/);
  });
});

describe('published figures', () => {
  it('are those of the paper, with its units', () => {
    const rows = publishedRows('gcg').filter(({ model }) => model === 'MGLMM');
    expect(rows.map(({ split, figures }) => [split, figures])).toEqual([
      ['validation', { METEOR: 16.4, CIDEr: 50.1, AP50: 31.7, mIoU: 66.3, Recall: 45.2 }],
      ['test', { METEOR: 16.3, CIDEr: 47.5, AP50: 30.6, mIoU: 65.6, Recall: 45.1 }],
    ]);
    expect(publishedRows('gcg').find(({ model }) => model === 'OMG-LLaVA')?.figures).not.toHaveProperty('Recall');
    expect(publishedRows('mgsc-subtree').at(-1)?.figures).toEqual({
      METEOR: 17.9,
      CIDEr: 10.0,
      AP50: 7.4,
      mIoU: 48.7,
      Recall: 25.2,
    });
    expect(publishedRows('referring').at(-1)).toEqual({
      model: 'MGLMM',
      split: 'gRefCOCO testB',
      figures: { cIoU: 56.0 },
    });
    expect(publishedRows('panoptic')).toEqual([]);
  });
});
