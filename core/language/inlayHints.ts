/** A note behind each `[SEG]`: the number of its mask and how much of the image it covers. */
import type { UscdfDocument } from '../records/document.ts';
import type { Position, Range } from '../records/position.ts';
import type { Resources } from '../records/recordModel.ts';
import { RecordView } from './recordView.ts';

export interface InlayHint {
  readonly position: Position;
  readonly label: string;
  readonly tooltip: string;
}

export function inlayHints(
  document: UscdfDocument,
  range: Range,
  resources: Resources | undefined,
): readonly InlayHint[] {
  const hints: InlayHint[] = [];
  for (const cell of document.cellsIn(range)) {
    if (cell.record.problems.length > 0) continue;
    const view = new RecordView(cell.record, resources);
    view.model.segs.forEach(({ turn, seg }, index) => {
      const position = cell.positionOf(cell.record.locateText(turn.index, seg.token).end);
      if (position.line < range.start.line || position.line > range.end.line) return;
      const known = index < view.maskCount ? view.mask(index) : undefined;
      if (known === undefined) {
        if (view.model.masks !== undefined)
          hints.push({ position, label: 'no mask', tooltip: 'No mask is left for this [SEG].' });
      } else if (known.reading.ok) {
        const share = (100 * known.area) / (known.reading.mask.height * known.reading.mask.width);
        const label = `${index + 1} · ${share < 0.05 && known.area > 0 ? '<0.1' : share.toFixed(1)} %`;
        hints.push({
          position,
          label,
          tooltip: `Mask ${index + 1} covers ${known.area.toLocaleString('en')} pixels, ${share.toFixed(2)} % of the image.`,
        });
      } else hints.push({ position, label: `${index + 1} · ?`, tooltip: known.reading.message });
    });
  }
  return hints;
}
