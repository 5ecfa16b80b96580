/** The model of the preview: a record cut into what a picture shows. */
import { toCompressed } from '../masks/maskValue.ts';
import { isObject } from '../records/isObject.ts';
import type { Resources } from '../records/recordModel.ts';
import type { SourceRecord } from '../records/sourceRecord.ts';
import type { Finding } from '../rules/checkRecord.ts';
import type { PreviewMask, PreviewRecord, PreviewTurn } from './previewModel.ts';
import { placedParts } from './previewParts.ts';
import { RecordView } from './recordView.ts';

export function previewRecord(
  source: SourceRecord,
  index: number,
  findings: readonly Finding[],
  resources: Resources | undefined,
): PreviewRecord {
  const view = new RecordView(source, resources);
  const { model } = view;
  const provenance = provenanceOf(model.data['provenance']);
  return {
    id: model.id ?? `record ${index + 1}`,
    index,
    image: model.image ?? '',
    ...(model.task !== undefined && { task: model.task }),
    turns: model.turns.flatMap((turn): PreviewTurn[] =>
      turn.role === undefined ? [] : [{ role: turn.role, parts: placedParts(view, turn).map(({ part }) => part) }],
    ),
    masks: Array.from({ length: view.maskCount }, (_, mask) => previewMask(view, mask)),
    negatives: model.answers.flatMap((turn) =>
      turn.tree.clauses.filter((clause) => clause.certain).flatMap((clause) => clause.referents.map((r) => r.text)),
    ),
    ...(provenance !== undefined && { provenance }),
    lacking: lackingPhrases(view),
    errors: findings.filter((finding) => finding.severity === 'error').length,
    warnings: findings.filter((finding) => finding.severity === 'warning').length,
  };
}

function previewMask(view: RecordView, index: number): PreviewMask {
  const mask = view.mask(index);
  const { reading } = mask;
  const compressed = reading.ok ? toCompressed(reading.mask) : { size: [0, 0] as const, counts: '' };
  return {
    size: compressed.size,
    counts: compressed.counts,
    color: index,
    label: mask.label,
    area: mask.area,
    ...(mask.phrase !== undefined && { phrase: mask.phrase }),
    ...(mask.score !== undefined && { score: mask.score }),
    ...(!reading.ok && { problem: reading.message }),
  };
}

/** Phrases that wait for their `[SEG]` or a mask. */
function lackingPhrases({ phrases }: RecordView): number {
  return phrases.filter(({ phrase, masks }) => phrase.segs.length === 0 || masks.length < phrase.segs.length).length;
}

/** The model that made the record, and what became of its draft; nothing where the record says neither. */
function provenanceOf(value: unknown): PreviewRecord['provenance'] {
  const { model, status } = isObject(value) ? value : {};
  const known = {
    ...(typeof model === 'string' && { model }),
    ...(typeof status === 'string' && { status }),
  };
  return 'model' in known || 'status' in known ? known : undefined;
}
