/** The beginning of the next turn of a `.uscdf`. */
import { layOut } from '../../records/textLayout.ts';
import type { Proposal } from './proposal.ts';

const SPEAKERS = ['User: ', 'Assistant: '] as const;

/** On a line behind the header on which nothing else stands. Offsets are the record source's. */
export function speakerProposals(source: string, cursor: number): readonly Proposal[] {
  const { header, turns, problems } = layOut(source);
  if (problems.length > 0 && turns.length > 0) return [];
  if (cursor <= header.end) return [];
  const start = Math.max(source.lastIndexOf('\n', cursor - 1), source.lastIndexOf('\r', cursor - 1)) + 1;
  if (start < header.end || source.slice(header.end, start).trim() === '') return [];
  const typed = source.slice(start, cursor);
  const behind = /^[^\r\n]{0,200}/.exec(source.slice(cursor, cursor + 200))![0];
  if (behind.trim() !== '') return [];
  const before = turns.findLast(({ speaker }) => speaker.start < start);
  const order = before?.role === 'human' ? [SPEAKERS[1], SPEAKERS[0]] : SPEAKERS;
  return order
    .filter((speaker) => speaker.trimEnd() !== typed.trimEnd() && speaker.toLowerCase().startsWith(typed.toLowerCase()))
    .map((speaker) => ({
      label: speaker.trimEnd(),
      kind: 'template',
      detail: speaker === SPEAKERS[0] ? 'a question' : 'an answer',
      replace: { start, end: cursor + behind.length },
      pieces: [speaker],
      again: true,
    }));
}
