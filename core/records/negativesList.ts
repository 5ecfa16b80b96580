/** The record's own list of what is absent, kept in step with its clauses. */
import { referentKey, withoutArticle } from '../text/compose.ts';
import type { RecordModel } from './recordModel.ts';
import type { RecordEdit } from './sourceRecord.ts';

/** The record's `negatives`; `undefined` where it has none, or no list of texts. */
export function listedNegatives(record: RecordModel): readonly string[] | undefined {
  const listed = record.data['negatives'];
  return Array.isArray(listed) && listed.every((item) => typeof item === 'string') ? listed : undefined;
}

/** The edit that adds what a clause now denies; none where the record keeps no list, or has it all. */
export function listNegatives(record: RecordModel, added: readonly string[]): readonly RecordEdit[] {
  const listed = listedNegatives(record);
  if (listed === undefined) return [];
  const known = new Set(listed.map(referentKey));
  const values = added.filter((referent) => !known.has(referentKey(referent))).map(withoutArticle);
  return values.length === 0 ? [] : [{ kind: 'append', path: ['negatives'], values }];
}

/** The edit that takes out what no clause denies any more. */
export function unlistNegative(record: RecordModel, referent: string): readonly RecordEdit[] {
  const listed = listedNegatives(record);
  const value = listed?.filter((item) => referentKey(item) !== referentKey(referent));
  return value === undefined || value.length === listed?.length ? [] : [{ kind: 'set', path: ['negatives'], value }];
}
