/** The model of the preview: a record cut into what a picture shows. */
import { toCompressed } from '../masks/maskValue.ts';
import type { Resources } from '../records/recordModel.ts';
import type { SourceRecord, SourceTurn } from '../records/sourceRecord.ts';
import type { Finding } from '../rules/checkRecord.ts';
import type { PreviewMask, PreviewPart, PreviewRecord, PreviewTurn } from './previewModel.ts';
import { RecordView, type ViewedPhrase } from './recordView.ts';

export function previewRecord(
  source: SourceRecord,
  index: number,
  findings: readonly Finding[],
  resources: Resources | undefined,
): PreviewRecord {
  const view = new RecordView(source, resources);
  const { model } = view;
  return {
    id: model.id ?? `record ${index + 1}`,
    index,
    image: model.image ?? '',
    ...(model.task !== undefined && { task: model.task }),
    turns: model.turns.flatMap((turn): PreviewTurn[] =>
      turn.role === undefined ? [] : [{ role: turn.role, parts: partsOf(view, turn) }],
    ),
    masks: Array.from({ length: view.maskCount }, (_, mask) => previewMask(view, mask)),
    negatives: model.answers.flatMap((turn) =>
      turn.tree.clauses.filter((clause) => clause.certain).flatMap((clause) => clause.referents.map((r) => r.text)),
    ),
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

/** A turn's text without its tags, in the order of reading. */
function partsOf(view: RecordView, turn: SourceTurn): readonly PreviewPart[] {
  const parts: PreviewPart[] = [];
  const addText = (start: number, end: number) => {
    const text = plainText(turn.text.slice(start, end));
    if (text !== '') parts.push({ kind: 'text', text });
  };
  let from = 0;
  for (const placed of view.phrasesOf(turn.index)) {
    const { phrase } = placed;
    if (phrase.start < from) continue;
    addText(from, phrase.start);
    parts.push(phrasePart(placed));
    from = phrase.segEnd;
  }
  addText(from, turn.text.length);
  return parts;
}

function phrasePart({ phrase, index, masks }: ViewedPhrase): PreviewPart {
  return { kind: 'phrase', text: phrase.text, phrase: index, ...(masks[0] !== undefined && { mask: masks[0] }) };
}

const TOKENS = /<image>\s?|<\/?p>|\[SEG\]/gi;

function plainText(text: string): string {
  return text.replace(TOKENS, '');
}
