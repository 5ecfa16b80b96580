/** What `uscdf duplicates` reports. */
import type { DuplicateKind } from './duplicates.ts';

export interface DuplicateMember {
  readonly file: string;
  /** From 0. */
  readonly line: number;
  /** The record's id. */
  readonly record: string | null;
  /** Of masks: the mask's place in the record, from 0, and the words of its phrase. */
  readonly mask?: number;
  readonly phrase?: string;
}

export interface DuplicateGroup {
  readonly kind: DuplicateKind;
  readonly equal: boolean;
  /** The least of the pairs' similarities: shared words of captions, intersection over union of masks. */
  readonly similarity: number;
  /** Whether all are of one photograph. */
  readonly sameImage: boolean;
  readonly members: readonly DuplicateMember[];
}

export interface DuplicateReport {
  readonly version: 1;
  readonly files: number;
  readonly records: number;
  readonly groups: readonly DuplicateGroup[];
}

/** Of each kind the text names the first groups, and of each group the first members. */
const [MOST_GROUPS, MOST_MEMBERS] = [20, 5];

const NAMES: Readonly<Record<DuplicateKind, readonly [one: string, many: string]>> = {
  records: ['record', 'records'],
  captions: ['caption', 'captions'],
  masks: ['mask', 'masks'],
};

export function duplicateText({ records, groups }: DuplicateReport): string {
  const head = `${records} record${records === 1 ? '' : 's'} compared.`;
  if (groups.length === 0) return `${head} Nothing occurs twice.\n`;
  const blocks = (Object.keys(NAMES) as DuplicateKind[]).flatMap((kind) => {
    const own = groups.filter((group) => group.kind === kind);
    return own.length === 0 ? [] : [kindText(kind, own)];
  });
  return `${[head, ...blocks].join('\n\n')}\n`;
}

function kindText(kind: DuplicateKind, groups: readonly DuplicateGroup[]): string {
  const [one, many] = NAMES[kind];
  const members = groups.reduce((sum, group) => sum + group.members.length, 0);
  const left = groups.length - MOST_GROUPS;
  return [
    groups.length === 1
      ? `${members} ${many} are alike:`
      : `${members} ${many} in ${groups.length} groups, each of ${many} that are alike:`,
    ...groups.slice(0, MOST_GROUPS).map((group) => groupText(group, one)),
    ...(left > 0 ? [`  … and ${left} more groups; --format json has them all.`] : []),
  ].join('\n');
}

function groupText({ equal, similarity, sameImage, members }: DuplicateGroup, one: string): string {
  const how = equal ? 'equal' : `alike to ${Math.floor(similarity * 100)} %`;
  const where = sameImage ? 'one image' : 'different images';
  const left = members.length - MOST_MEMBERS;
  return [
    `  ${how}, ${where}${left > 0 ? `, ${members.length} ${one}s` : ''}`,
    ...members.slice(0, MOST_MEMBERS).map((member) => `    ${memberText(member)}`),
    ...(left > 0 ? [`    … and ${left} more`] : []),
  ].join('\n');
}

function memberText({ file, line, record, mask, phrase }: DuplicateMember): string {
  const id = record === null ? '' : ` [${record}]`;
  if (mask === undefined) return `${file}:${line + 1}${id}`;
  return `${file}:${line + 1}${id} mask ${mask + 1}${phrase ? ` "${phrase}"` : ''}`;
}
