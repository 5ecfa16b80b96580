/** What all rules find in one record, written as each file kind; the places that are expected are marked in its text. */
import { type FileKind, UscdfDocument } from '../records/document.ts';
import { applyEdits, type Span } from '../records/position.ts';
import type { Resources } from '../records/recordModel.ts';
import { checkRecord, type Finding } from '../rules/checkRecord.ts';
import type { FixKind } from '../rules/rule.ts';
import { textOf } from './marked.ts';

export interface Checked {
  readonly findings: readonly Finding[];
  /** The findings' codes and places, `code@start-end`, in the order of their places. */
  readonly found: readonly string[];
  /** The same for the marked places, all with one code. */
  marked(code: string): readonly string[];
  /** The file's text after the first fix of every finding, and what is found in it then. */
  fixed(): { readonly text: string; readonly found: readonly string[] };
  /** The kinds of the first fixes. */
  readonly fixKinds: readonly (FixKind | undefined)[];
}

/** Checks a record whose values carry `⟦ ⟧` around the places of the findings; the places may not lie in each other. */
export function checkMarked(kind: FileKind, record: Readonly<Record<string, unknown>>, resources?: Resources): Checked {
  const text = textOf(kind, [record]);
  const places: Span[] = [];
  for (const { index } of text.matchAll(/⟦[^⟧]*⟧/g)) {
    const start = index - 2 * places.length;
    places.push({ start, end: start + text.indexOf('⟧', index) - index - 1 });
  }
  const plain = text.replace(/[⟦⟧]/g, '');
  const { base, findings } = check(kind, plain, resources);
  return {
    findings,
    found: findings.map(({ code, span }) => named(code, span, base)),
    marked: (code) => places.map((place) => named(code, place, 0)),
    fixKinds: findings.map((finding) => finding.fixes()[0]?.kind ?? finding.fixKind),
    fixed() {
      let after = plain;
      for (let round = 0; round <= findings.length; round++) {
        const now = check(kind, after, resources);
        const fix = now.findings.map((finding) => finding.fixes()[0]).find((each) => each !== undefined);
        if (fix === undefined) break;
        const { source } = now.record;
        after = after.replace(source, () => applyEdits(source, now.record.edit(fix.edits)!));
      }
      const left = check(kind, after, resources);
      return { text: after, found: left.findings.map(({ code, span }) => named(code, span, left.base)) };
    },
  };
}

function check(kind: FileKind, text: string, resources: Resources | undefined) {
  const [cell] = new UscdfDocument(kind, text).cells;
  const { record } = cell!;
  const findings = checkRecord(record, { scopes: ['turn', 'record', 'pixels'], ...(resources && { resources }) });
  return { record, findings, base: text.indexOf(cell!.source) };
}

function named(code: string, { start, end }: Span, base: number): string {
  return `${code}@${start + base}-${end + base}`;
}
