import type { DraftTimings } from '../../models/runtime/draft.ts';

/** What a run did. */
export interface RunOutcome {
  readonly drafts: readonly DraftTimings[];
  readonly seconds: number;
  readonly skipped: number;
  /** How many of the skipped have records of other tasks or prompts only. */
  readonly skippedOthers: number;
  readonly failed: number;
  readonly interrupted: boolean;
  /** Something that would fail for every image ended the run. */
  readonly stopped: boolean;
}

/** One line for standard output. */
export function summary({ drafts, seconds, skipped, skippedOthers, failed, interrupted, stopped }: RunOutcome): string {
  const others =
    skippedOthers === 0
      ? ''
      : ` (${skippedOthers === skipped ? '' : `${skippedOthers} of them `}with another task or prompt: name another output to draft ${skippedOthers === 1 ? 'it' : 'them'} anew)`;
  return [
    drafted(drafts, seconds),
    ...(skipped > 0 ? [`${skipped} already recorded${others}`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(interrupted ? ['interrupted, run the same command to go on'] : stopped ? ['stopped early'] : []),
  ]
    .join('; ')
    .concat('.');
}

function drafted(drafts: readonly DraftTimings[], seconds: number): string {
  if (drafts.length === 0) return 'No image drafted';
  const sum = (part: keyof DraftTimings) => drafts.reduce((total, timings) => total + timings[part], 0);
  const mean = (part: keyof DraftTimings) => `${Math.round(sum(part) / drafts.length)} ms`;
  const words = sum('generateMs') > 0 ? `, words ${mean('generateMs')}` : '';
  const load = Math.round(Math.max(0, ...drafts.map((timings) => timings.loadMs)));
  return (
    `${drafts.length} ${drafts.length === 1 ? 'image' : 'images'} drafted in ${seconds.toFixed(1)} s ` +
    `(${(drafts.length / seconds).toFixed(1)} images/s; model loaded in ${load} ms; ` +
    `a mean image: waiting for the photograph ${mean('decodeMs')}, encoding ${mean('encodeMs')}${words}, masks ${mean('masksMs')})`
  );
}
