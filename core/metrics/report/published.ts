/** The figures of the paper's Tables 1 to 3 (facts, paper §E), times 100 as printed. */
import type { SetName } from '../evaluate/work.ts';
import type { PublishedRow } from './model.ts';

const CAPTION_SCORES = ['METEOR', 'CIDEr', 'AP50', 'mIoU', 'Recall'] as const;

/** Table 1: grounded conversation generation. */
const GCG: readonly PublishedRow[] = [
  captionRow('Kosmos-2', 'validation', [16.1, 27.6, 17.1, 55.6, 28.3]),
  captionRow('LISA', 'validation', [13.0, 33.9, 25.2, 62.0, 36.3]),
  captionRow('OMG-LLaVA', 'validation', [14.9, 41.2, 29.9, 65.5]),
  captionRow('GLaMM', 'validation', [16.2, 47.2, 30.8, 66.3, 41.8]),
  captionRow('MGLMM', 'validation', [16.4, 50.1, 31.7, 66.3, 45.2]),
  captionRow('Kosmos-2', 'test', [15.8, 27.2, 17.2, 56.8, 29.0]),
  captionRow('LISA', 'test', [12.9, 32.2, 24.8, 61.7, 35.5]),
  captionRow('OMG-LLaVA', 'test', [14.5, 38.5, 28.6, 64.7]),
  captionRow('GLaMM', 'test', [15.8, 43.5, 29.2, 65.6, 40.8]),
  captionRow('MGLMM', 'test', [16.3, 47.5, 30.6, 65.6, 45.1]),
];

/** Table 3: multi-granularity SegCap. */
const MGSC = {
  'mgsc-root': [
    captionRow('GLaMM', '', [16.5, 4.7, 5.4, 52.5, 16.3]),
    captionRow('MGLMM', '', [17.6, 16.7, 8.0, 58.5, 21.5]),
  ],
  'mgsc-subtree': [
    captionRow('GLaMM', '', [16.6, 8.9, 6.5, 45.5, 21.6]),
    captionRow('MGLMM', '', [17.9, 10.0, 7.4, 48.7, 25.2]),
  ],
  'mgsc-all': [
    captionRow('GLaMM', '', [16.5, 8.3, 5.4, 47.6, 18.7]),
    captionRow('MGLMM', '', [17.8, 11.6, 7.4, 51.6, 23.2]),
  ],
} as const satisfies Partial<Record<SetName, readonly PublishedRow[]>>;

const REFERRING_SPLITS = [
  ...['RefCOCO val', 'RefCOCO testA', 'RefCOCO testB'],
  ...['RefCOCO+ val', 'RefCOCO+ testA', 'RefCOCO+ testB'],
  ...['RefCOCOg val', 'RefCOCOg test'],
  ...['gRefCOCO val', 'gRefCOCO testA', 'gRefCOCO testB'],
] as const;

/** Table 2: referring segmentation, cIoU, by MGLMM-7B without and with USCDF in its training. */
const REFERRING: readonly PublishedRow[] = [
  ...referringRows('MGLMM without USCDF', [79.8, 82.6, 75.1, 71.4, 76.9, 64.0, 75.1, 74.8, 50.6, 58.1, 54.8]),
  ...referringRows('MGLMM', [80.2, 83.1, 76.0, 73.2, 78.7, 66.8, 76.7, 77.5, 52.8, 61.2, 56.0]),
];

/** The published rows that a set's scores may stand beside. */
export function publishedRows(set: SetName): readonly PublishedRow[] {
  switch (set) {
    case 'gcg':
      return GCG;
    case 'mgsc-root':
    case 'mgsc-subtree':
    case 'mgsc-all':
      return MGSC[set];
    case 'referring':
      return REFERRING;
    default:
      return [];
  }
}

function captionRow(model: string, split: string, figures: readonly number[]): PublishedRow {
  return { model, split, figures: Object.fromEntries(figures.map((figure, i) => [CAPTION_SCORES[i]!, figure])) };
}

function referringRows(model: string, figures: readonly number[]): PublishedRow[] {
  return figures.map((cIoU, i) => ({ model, split: REFERRING_SPLITS[i]!, figures: { cIoU } }));
}
