/** Searches a dataset for the text of a filter, on all threads; what is found stays known until another text is asked for. */
import { needleOf } from '../../core/browsing/textSearch.ts';
import type { Matches } from '../../core/browsing/view.ts';
import type { Crew } from './crew.ts';
import type { Dataset } from './dataset.ts';
import { workOnRecords } from './workOnRecords.ts';

const BATCH_BYTES = 1 << 21;

export class TextMatches {
  private text: string | undefined;
  private found = new Uint8Array(0);
  private known = 0;
  private run = 0;

  /** Told whenever more is known. */
  constructor(private readonly onProgress: () => void) {}

  /** What is known by now; `undefined` where no text is asked for. */
  get matches(): Matches | undefined {
    return this.text === undefined ? undefined : { found: this.found, known: this.known };
  }

  /** Looks for a text in a dataset whose places are all known; the same text is not looked for again. */
  search(text: string | undefined, dataset: Dataset, crew: Crew): void {
    const wanted = text === undefined || needleOf(text) === undefined ? undefined : text;
    if (wanted === this.text && this.found.length === dataset.table.size) return;
    this.forget();
    crew.drop('search');
    this.text = wanted;
    if (wanted === undefined) return;
    this.found = new Uint8Array(dataset.table.size);
    const run = this.run;
    void workOnRecords(dataset, crew, BATCH_BYTES, {
      isOver: () => run !== this.run,
      task: ({ startByte, endByte }, { path, kind }) => ({
        kind: 'search',
        path,
        fileKind: kind,
        start: startByte,
        end: endByte,
        text: wanted,
      }),
      take: (answer, { file, end }) => {
        for (const offset of answer?.kind === 'search' ? answer.offsets : []) {
          const record = dataset.table.recordAt(file, offset);
          if (record !== undefined) this.found[record] = 1;
        }
        this.known = end;
        this.onProgress();
      },
    });
  }

  /** The records are others. */
  forget(): void {
    this.run++;
    this.text = undefined;
    this.found = new Uint8Array(0);
    this.known = 0;
  }
}
