import { describe, expect, it } from 'vitest';
import { UscdfDocument } from '../records/document.ts';
import { applyEdits } from '../records/position.ts';
import type { Resources } from '../records/recordModel.ts';
import { exampleDocument, FILE_KINDS, fileOf } from '../testing/fixtures.ts';
import { checkRecord } from './checkRecord.ts';
import { allRules } from './index.ts';

const SCOPES = ['turn', 'record', 'file', 'pixels'] as const;

/** A world in which only `not-there.jpg` is missing, and `3x2.jpg` is an image of that size. */
const resources: Resources = {
  image: (path) => {
    if (path.includes('not-there')) return { ok: false, message: 'The image file is not there.' };
    return path.includes('3x2') ? { ok: true, width: 3, height: 2 } : undefined;
  },
  sidecar: () => undefined,
  labelMap: () => undefined,
};

const findings = (document: UscdfDocument) => {
  const file = fileOf(document);
  return document.cells.flatMap((cell) =>
    checkRecord(cell.record, { scopes: SCOPES, resources, file }).map((finding) => ({ cell, finding })),
  );
};

describe.each(allRules)('the examples of $code', (rule) => {
  describe.each(FILE_KINDS)('in a %s file', (kind) => {
    it.each(rule.bad)('bad: %s', (example) => {
      const document = exampleDocument(example, kind);
      if (document === undefined) return expect(rule.code).toMatch(/syntax/);
      const found = findings(document);
      expect(found.map(({ finding }) => finding.code)).toEqual(found.map(() => rule.code));
      expect(found.length).toBeGreaterThan(0);
    });

    it.each(rule.good)('good: %s', (example) => {
      const document = exampleDocument(example, kind);
      expect(document && findings(document).map(({ finding }) => finding.message)).toEqual([]);
    });

    it.each(rule.fix === 'safe' || rule.fix === 'suggested' ? rule.bad : [])('the first fix clears %s', (example) => {
      let document = exampleDocument(example, kind)!;
      for (let pass = 0; pass < 4; pass++) {
        const first = findings(document).find(({ finding }) => finding.fixes().length > 0);
        if (first === undefined) break;
        const edits = first.cell.record.edit(first.finding.fixes()[0]!.edits);
        expect(edits).toBeDefined();
        document = new UscdfDocument(
          kind,
          document.text().replace(first.cell.source, () => applyEdits(first.cell.source, edits!)),
        );
      }
      const left = findings(document).map(({ finding }) => finding.code);
      // A record with fewer masks than `[SEG]` needs a person: no fix can draw the mask.
      if (rule.code === 'mask-count') expect(left.length).toBeLessThanOrEqual(1);
      else expect(left, document.text()).toEqual([]);
    });
  });
});
