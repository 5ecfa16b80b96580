/** Counts the records of files. */
import type { StatisticsCollector } from '../../core/quality/statistics.ts';
import { checkRecord, type Severities } from '../../core/rules/checkRecord.ts';
import type { Scope } from '../../core/rules/rule.ts';
import { Settings } from '../settings.ts';
import { imageKeyOf, placedRecords } from './records.ts';
import type { Watch } from './work.ts';

/** The rules that look at one record by itself. */
const SCOPES: readonly Scope[] = ['turn', 'record', 'pixels'];

/** Severities are those of each file's config. */
export async function collectStatistics(
  files: readonly string[],
  collector: StatisticsCollector,
  watch: Watch,
): Promise<void> {
  const settings = new Settings({}, undefined);
  const severities: Severities[] = [];
  for (const path of files) {
    const found = await settings.for(path);
    if (!found.ok) watch.fail(found.message);
    severities.push(found.ok ? found.value.severities : {});
  }
  for await (const { model, place, file, resources } of placedRecords(files, watch)) {
    const findings = checkRecord(model.source, { scopes: SCOPES, severities: severities[file]!, resources });
    collector.add(model, imageKeyOf(model, place.path), findings);
  }
}
