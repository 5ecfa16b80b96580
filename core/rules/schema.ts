import type { z } from 'zod';
import { isObject } from '../records/isObject.ts';
import { maskFormProblems } from '../records/maskForm.ts';
import { nearestKey } from '../records/nearestKey.ts';
import { RECORD_KEYS, type RecordModel, TASKS } from '../records/recordModel.ts';
import { recordSchema } from '../records/recordSchema.ts';
import type { Path } from '../records/sourceRecord.ts';
import { RULE_CODES } from './codes.ts';
import { defineRule, type RecordContext } from './rule.ts';

/** The record's keys and their types, docs/format.md section 2. Unknown keys are the user's own and stay. */
export const schema = defineRule({
  code: 'schema',
  severity: 'error',
  scope: 'record',
  fix: 'suggested',
  summary: 'A key is missing, misspelt, stands twice, or its value has the wrong type.',
  why: 'Loaders look keys up by name; what they do not find they skip, or stop at.',
  bad: [
    '{"id": "a", "imgae": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
    '{"id": 17, "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "split": "train", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  check(context) {
    const { record, report } = context;
    if (record.source.plain) return;
    if (!isObject(record.source.value)) {
      report(
        { path: [] },
        'A record is an object with keys such as "id", "image" and "conversations": write one here.',
      );
      return;
    }
    const misspelt = reportMisspelt(context, [], RECORD_KEYS);
    reportMissingMasks(record, report, misspelt);
    const parsed = recordSchema.safeParse(record.source.value);
    const turns = new Map<string, ReadonlySet<string>>();
    const misspeltInTurn = (path: Path) => {
      const known = turns.get(path.join('.')) ?? reportMisspelt(context, path, TURN_KEYS);
      turns.set(path.join('.'), known);
      return known;
    };
    for (const issue of parsed.success ? [] : parsed.error.issues)
      reportIssue(context, issue, misspelt, misspeltInTurn);
    reportMisspeltTask(context);
    reportUnknownRules(context);
    if (!Array.isArray(record.data['masks'])) return;
    record.data['masks'].forEach((mask: unknown, index) => {
      const wrongKeys = isObject(mask) ? reportMisspelt(context, ['masks', index], MASK_KEYS) : new Set<string>();
      for (const { path, message, missing } of maskFormProblems(mask)) {
        if (missing !== undefined && wrongKeys.has(missing)) continue;
        const part = missing === undefined ? 'value' : 'key';
        report({ path: ['masks', index, ...path], part }, message);
      }
    });
  },
});

const KNOWN_TASKS: readonly string[] = TASKS;
const MASK_KEYS = ['size', 'counts', 'polygons', 'file', 'value', 'label', 'score', 'bbox', 'area', 'source'];
const TURN_KEYS = ['from', 'value'];

/** Reports unknown keys that stand where a known one is missing; returns the keys that were meant. */
function reportMisspelt({ record, report }: RecordContext, path: Path, known: readonly string[]): Set<string> {
  const meant = new Set<string>();
  const object = valueAt(record.source.value, path);
  if (!isObject(object)) return meant;
  for (const key of Object.keys(object)) {
    const nearest = known.includes(key)
      ? undefined
      : nearestKey(
          key,
          known.filter((each) => !(each in object)),
        );
    if (nearest === undefined || meant.has(nearest)) continue;
    meant.add(nearest);
    const target = { path: [...path, key], part: 'key' as const };
    report(target, `No reader knows the key "${key}", and "${nearest}" is missing: write "${nearest}".`, {
      fixes: () => [
        { title: `Rename to "${nearest}"`, edits: [{ kind: 'renameKey', path: target.path, to: nearest }] },
      ],
    });
  }
  return meant;
}

/** A task of the user's own is as good as any; one that is nearly ours is a slip. */
function reportMisspeltTask({ record, report }: RecordContext): void {
  const { task } = record;
  if (task === undefined || KNOWN_TASKS.includes(task)) return;
  const nearest = nearestKey(task, TASKS);
  if (nearest === undefined) return;
  const message = `No reader knows the task "${shorten(task)}", so its template is not checked: write "${nearest}", or a name that is not so close to it.`;
  report({ path: ['task'] }, message, {
    fixes: () => [{ title: `Write "${nearest}"`, edits: [{ kind: 'set', path: ['task'], value: nearest }] }],
  });
}

/** A rule that is silenced under a wrong name is not silenced at all. */
function reportUnknownRules({ record, report }: RecordContext): void {
  const { lint } = record.data;
  if (!isObject(lint)) return;
  for (const code of Object.keys(lint)) {
    if (RULE_CODES.includes(code)) continue;
    const nearest = nearestKey(code, RULE_CODES);
    const known = nearest !== undefined && !(nearest in lint) ? nearest : undefined;
    const guess = known === undefined ? 'see docs/rules for their names' : `write "${known}"`;
    report(
      { path: ['lint', code], part: 'key' },
      `There is no rule "${shorten(code)}", so this setting has no effect: ${guess}, or remove it.`,
      {
        fixes: () =>
          known === undefined
            ? []
            : [{ title: `Rename to "${known}"`, edits: [{ kind: 'renameKey', path: ['lint', code], to: known }] }],
      },
    );
  }
}

/** `masks` may be left out where no `[SEG]` asks for one. */
function reportMissingMasks(record: RecordModel, report: RecordContext['report'], misspelt: ReadonlySet<string>): void {
  if ('masks' in record.data || misspelt.has('masks') || record.segs.length === 0) return;
  const message = `The key "masks" is missing, but the answers hold ${record.segs.length} [SEG]: add the masks, one for each.`;
  report({ path: [], part: 'key' }, message);
}

function reportIssue(
  context: RecordContext,
  issue: z.core.$ZodIssue,
  misspelt: ReadonlySet<string>,
  misspeltInTurn: (path: Path) => ReadonlySet<string>,
): void {
  const { record, report } = context;
  const path = issue.path.filter((step): step is string | number => typeof step !== 'symbol');
  const value = valueAt(record.source.value, path);
  const name = path.join('.');
  if (value === undefined) {
    if (path.length === 1 && misspelt.has(String(path[0]))) return;
    const parent = path.slice(0, -1);
    const isTurn = parent[0] === 'conversations' && parent.length === 2;
    if (isTurn && misspeltInTurn(parent).has(String(path[path.length - 1]))) return;
    report(
      { path: parent, part: 'key' },
      `The key "${path[path.length - 1]}" is missing, and no reader can do without it: add it.`,
    );
    return;
  }
  if (issue.code === 'invalid_value' && path[path.length - 1] === 'from' && typeof value === 'string') {
    const role = /^(?:user|human)$/i.test(value)
      ? 'human'
      : /^(?:assistant|gpt|model|bot)$/i.test(value)
        ? 'gpt'
        : undefined;
    report(
      { path },
      `The speaker is "human" or "gpt" as in LLaVA's files, not "${value.slice(0, 40)}": write ${role === undefined ? 'one of them' : `"${role}"`}.`,
      {
        fixes: () =>
          role === undefined ? [] : [{ title: `Write "${role}"`, edits: [{ kind: 'set', path, value: role }] }],
      },
    );
    return;
  }
  if (name === 'conversations' && Array.isArray(value) && value.length === 0) {
    const message =
      'This record has no turns yet, and training needs a question and its answer: write them, or ask for a draft.';
    report({ path, part: 'key' }, message);
    return;
  }
  const meant = sameInRightType(issue, value);
  report(
    { path },
    `"${name}" ${expectation(issue)}, not ${describe(value)}: readers would stop here. Write ${wanted(issue)}.`,
    {
      fixes: () =>
        meant === undefined
          ? []
          : [{ title: `Write ${JSON.stringify(meant)}`, edits: [{ kind: 'set', path, value: meant }] }],
    },
  );
}

/** A number in quotes, or a text without them, as the type that is wanted. */
function sameInRightType(issue: z.core.$ZodIssue, value: unknown): string | number | undefined {
  if (issue.code !== 'invalid_type') return undefined;
  if (issue.expected === 'string' && typeof value === 'number') return String(value);
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  return issue.expected === 'number' || issue.expected === 'int' ? number : undefined;
}

function expectation(issue: z.core.$ZodIssue): string {
  return `must be ${wanted(issue)}`;
}

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? `a value of type ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_union':
      return 'a list of masks, or the name of a file that holds one';
    case 'too_small':
      return issue.origin === 'array'
        ? 'a list that is not empty'
        : issue.origin === 'string'
          ? 'a text that is not empty'
          : 'a whole number above 0';
    default:
      return 'another value';
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function shorten(text: string): string {
  return text.slice(0, 40);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string')
    return value === '' ? 'an empty text' : `the text ${JSON.stringify(value.slice(0, 40))}`;
  return String(value);
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (Array.isArray(at) && typeof step === 'number') at = at[step];
    else if (isObject(at)) at = at[step];
    else return undefined;
  }
  return at;
}
