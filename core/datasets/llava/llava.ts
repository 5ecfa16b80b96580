/** LLaVA's conversation JSON, which LISA's, GLaMM's and many others' trainers read (facts: docs/formats/llava.md). */
import { isObject } from '../../records/isObject.ts';
import {
  DatasetError,
  type DatasetFormat,
  type NewRecord,
  type ReadEvent,
  type ReadInput,
  type WriteOutput,
} from '../format.ts';
import { jsonItems } from '../json/jsonItems.ts';
import { newRecord } from '../newRecord.ts';

const PLACEHOLDER = /\s*<image>\s*/gi;

export const llava: DatasetFormat = {
  kind: 'llava',
  title: 'LLaVA conversations',
  page: {
    about:
      'A JSON list, or lines of JSON, of `{id, image, conversations: [{from: human | gpt, value}]}`. Most trainers of language models that see read it.',
    mapping:
      'Turns stay as they are; `<image>` is put on a line of its own before the first question. Masks are taken from the keys `masks` or `segmentations` where a file has them. A first turn of the assistant is left out, and turns of the same speaker that follow each other are joined by a line break.',
    lost: 'Writing keeps the texts. LLaVA has no place for masks: with `--set masks=true` they are written under the key `masks`, which its trainers ignore.',
    commands: [
      'uscdf convert --from llava --to uscdf data.json --images images -o data.uscdf.jsonl',
      'uscdf convert --to llava data.uscdf.jsonl -o data.json',
    ],
  },
  readOptions: [],
  writeOptions: [
    { name: 'masks', description: 'Write the masks under the key `masks`, which trainers ignore.', default: false },
  ],
  read,
  write,
};

async function* read({ paths, files, images }: ReadInput): AsyncGenerator<ReadEvent> {
  for (const path of paths) {
    if ((await files.kind(path)) !== 'file')
      throw new DatasetError(`${path} is a folder: name the JSON file of conversations.`);
    for await (const { value, item } of jsonItems(files, path)) {
      const from = { file: path, item };
      const problem = problemOf(value);
      if (problem !== undefined) {
        yield { kind: 'rejected', from, ...problem };
        continue;
      }
      const fields = value as Readonly<Record<string, unknown>>;
      const { turns, changes } = turnsOf(fields['conversations'] as readonly unknown[]);
      for (const message of changes) yield { kind: 'changed', from, code: 'turn-order', message };
      if (turns.length === 0) {
        yield { kind: 'rejected', from, code: 'no-turns', message: 'It has no question with an answer: complete it.' };
        continue;
      }
      const image = await images.find(fields['image'] as string);
      const masks = [fields['masks'], fields['segmentations']].find(Array.isArray) ?? [];
      const record: NewRecord = newRecord({
        id: String(fields['id'] ?? item),
        image,
        turns,
        masks,
        provenance: { dataset: 'llava', sourceId: String(fields['id'] ?? item) },
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

interface Turn {
  readonly question: string;
  readonly answer: string;
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

function write({ file, options }: WriteOutput) {
  const output = file();
  let count = 0;
  return {
    async add(record: Parameters<ReturnType<NonNullable<DatasetFormat['write']>>['add']>[0]) {
      const conversations = record.turns.map(({ role, text }, i) => ({
        from: role,
        value: i === 0 && role === 'human' ? `<image>\n${text}` : text,
      }));
      const masks = options['masks'] === true ? { masks: record.value['masks'] } : {};
      const { id, image } = record;
      output.write(`${count++ === 0 ? '[\n' : ',\n'}${JSON.stringify({ id, image, conversations, ...masks })}`);
      const lost = options['masks'] === true ? 0 : record.segments.length;
      return lost === 0
        ? []
        : [
            {
              code: 'masks',
              message: `LLaVA has no place for its ${lost} masks; --set masks=true writes them under a key of their own.`,
            },
          ];
    },
    async end() {
      output.write(count === 0 ? '[]\n' : '\n]\n');
    },
  };
}
