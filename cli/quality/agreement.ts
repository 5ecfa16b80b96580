/** Compares the records of two annotators. */
import { recordAgreement } from '../../core/quality/agreement.ts';
import { AgreementCollector, type AgreementReport } from '../../core/quality/agreementReport.ts';
import type { RecordModel } from '../../core/records/recordModel.ts';
import { PlaceIndex } from './placeIndex.ts';
import { imageKeyOf, placedRecords } from './records.ts';
import type { Watch } from './work.ts';

/** What two annotations of one task have in common. */
export const AGREEMENT_KEYS = ['id', 'question'] as const;
export type AgreementKey = (typeof AGREEMENT_KEYS)[number];

/** Of several records of one key in a file the first counts. */
export async function compareAnnotators(
  first: readonly string[],
  second: readonly string[],
  by: AgreementKey,
  watch: Watch,
): Promise<AgreementReport> {
  const places = new PlaceIndex(second, watch);
  const collector = new AgreementCollector();
  try {
    const partners = await indexOf(second, by, places, watch);
    const seen = new Set<string>();
    let onlyFirst = 0;
    for await (const { model, place } of placedRecords(first, watch)) {
      const key = keyOf(model, place.path, by);
      if (model.source.problems.length > 0 || key === undefined || seen.has(key)) continue;
      seen.add(key);
      const partner = partners.get(key);
      const other = partner === undefined ? undefined : await places.read(partner);
      if (partner === undefined || other === undefined) {
        onlyFirst++;
        continue;
      }
      partners.delete(key);
      const { path, line } = places.place(partner);
      const here = { file: place.path, line: place.line };
      collector.add(model.id ?? null, here, { file: path, line }, recordAgreement(model, other));
    }
    return collector.result(onlyFirst, partners.size);
  } finally {
    await places.close();
  }
}

async function indexOf(
  files: readonly string[],
  by: AgreementKey,
  places: PlaceIndex,
  watch: Watch,
): Promise<Map<string, number>> {
  const partners = new Map<string, number>();
  for await (const { model, place, file } of placedRecords(files, watch)) {
    const key = keyOf(model, place.path, by);
    if (model.source.problems.length > 0 || key === undefined || partners.has(key)) continue;
    partners.set(key, places.size);
    places.add(file, place);
  }
  return partners;
}

function keyOf(record: RecordModel, path: string, by: AgreementKey): string | undefined {
  if (by === 'id') return record.id;
  const image = imageKeyOf(record, path);
  const questions = record.turns.filter(({ role }) => role === 'human').map(({ text }) => text.trim());
  return image === undefined ? undefined : JSON.stringify([image, ...questions]);
}
