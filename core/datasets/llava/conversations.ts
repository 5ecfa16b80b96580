/** Files of conversations in LLaVA's form, which other projects fill with answers of their own. */
import { isObject } from '../../records/isObject.ts';
import { DatasetError, type ItemPlace, type NewRecord, type ReadEvent, type ReadInput } from '../format.ts';
import { jsonItems } from '../json/jsonItems.ts';
import { newRecord } from '../newRecord.ts';

const PLACEHOLDER = /\s*<image>\s*/gi;

export interface Turn {
  readonly question: string;
  readonly answer: string;
}

export interface Conversation {
  readonly turns: readonly Turn[];
  readonly masks: readonly unknown[];
  readonly negatives?: readonly string[];
  /** What could not be told in the words of USCDF. */
  readonly changes?: readonly { readonly code: string; readonly message: string }[];
}

/**
 * One record for each item. Throws a `DatasetError` where a path is no file of conversations.
 *
 * @param dataset The format's kind, for the records' provenance.
 * @param retell Puts the turns and masks of an item into USCDF's words; `undefined` leaves them as they are.
 */
export async function* readConversations(
  { paths, files, images }: ReadInput,
  dataset: string,
  retell: (conversation: Conversation) => Conversation = (conversation) => conversation,
): AsyncGenerator<ReadEvent> {
  for (const path of paths) {
    if ((await files.kind(path)) !== 'file')
      throw new DatasetError(`${path} is a folder: name the JSON file of conversations.`);
    for await (const { value, item } of jsonItems(files, path)) {
      const from: ItemPlace = { file: path, item };
      const problem = problemOf(value);
      if (problem !== undefined) {
        yield { kind: 'rejected', from, ...problem };
        continue;
      }
      const fields = value as Readonly<Record<string, unknown>>;
      const said = turnsOf(fields['conversations'] as readonly unknown[]);
      for (const message of said.changes) yield { kind: 'changed', from, code: 'turn-order', message };
      if (said.turns.length === 0) {
        yield { kind: 'rejected', from, code: 'no-turns', message: 'It has no question with an answer: complete it.' };
        continue;
      }
      const image = await images.find(fields['image'] as string);
      const own = [fields['masks'], fields['segmentations']].find(Array.isArray) ?? [];
      const { turns, masks, negatives, changes = [] } = retell({ turns: said.turns, masks: own });
      for (const change of changes) yield { kind: 'changed', from, ...change };
      const record: NewRecord = newRecord({
        id: String(fields['id'] ?? item),
        image,
        turns,
        masks,
        ...(negatives !== undefined && { negatives }),
        provenance: { dataset, sourceId: String(fields['id'] ?? item) },
      });
      yield { kind: 'record', from, record };
    }
  }
}

function problemOf(value: unknown): { readonly code: string; readonly message: string } | undefined {
  if (!isObject(value) || !Array.isArray(value['conversations']))
    return { code: 'no-conversations', message: 'It has no list "conversations": it is no LLaVA item.' };
  if (typeof value['image'] !== 'string' || value['image'] === '')
    return { code: 'no-image', message: 'It has no image: a record of USCDF is about one.' };
  return undefined;
}

/** Questions with their answers, in turn. */
function turnsOf(conversations: readonly unknown[]): {
  readonly turns: readonly Turn[];
  readonly changes: readonly string[];
} {
  const changes: string[] = [];
  const said: { from: 'human' | 'gpt'; value: string }[] = [];
  for (const turn of conversations) {
    if (!isObject(turn) || typeof turn['value'] !== 'string' || (turn['from'] !== 'human' && turn['from'] !== 'gpt')) {
      changes.push('A turn without "from" (human or gpt) and "value" was left out.');
      continue;
    }
    const value = turn['from'] === 'human' ? turn['value'].replace(PLACEHOLDER, '') : turn['value'].trim();
    const last = said[said.length - 1];
    if (last === undefined && turn['from'] === 'gpt')
      changes.push('The conversation began with an answer, which was left out.');
    else if (last?.from === turn['from']) {
      last.value += `\n${value}`;
      changes.push('Two turns of one speaker that followed each other were joined.');
    } else said.push({ from: turn['from'], value });
  }
  if (said.length % 2 === 1) {
    said.pop();
    changes.push('The last question has no answer and was left out.');
  }
  const turns = said.flatMap((turn, i) =>
    turn.from === 'human' ? [{ question: turn.value, answer: said[i + 1]!.value }] : [],
  );
  return { turns, changes };
}
