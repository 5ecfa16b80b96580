/** LLaVA's conversation JSON, which LISA's, GLaMM's and many others' trainers read (facts: docs/formats/llava.md). */
import type { DatasetFormat, ReadInput, WriteOutput } from '../format.ts';
import { readConversations } from './conversations.ts';
import { writtenMask } from './conversationWriter.ts';

export const llava: DatasetFormat = {
  kind: 'llava',
  title: 'LLaVA conversations',
  page: {
    about:
      'A JSON list, or lines of JSON, of `{id, image, conversations: [{from: human | gpt, value}]}`. Most trainers of language models that see read it.',
    mapping:
      'Turns stay as they are; `<image>` is put on a line of its own before the first question. Masks are taken from the keys `masks` or `segmentations` where a file has them. A first turn of the assistant is left out, and turns of the same speaker that follow each other are joined by a line break.',
    lost: 'Writing keeps the texts. LLaVA has no place for masks: with `--set masks=true` they are written under the key `masks`, which its trainers ignore. What is read back without them has a `[SEG]` and no mask, and lint says so.',
    commands: [
      'uscdf convert --from llava --to uscdf data.json --images images -o data.uscdf.jsonl',
      'uscdf convert --to llava data.uscdf.jsonl -o data.json',
    ],
  },
  readOptions: [],
  writeOptions: [
    { name: 'masks', description: 'Write the masks under the key `masks`, which trainers ignore.', default: false },
  ],
  read: (input: ReadInput) => readConversations(input, 'llava'),
  write,
};

function write({ file, options, relative }: WriteOutput) {
  const output = file();
  let count = 0;
  return {
    async add(record: Parameters<ReturnType<NonNullable<DatasetFormat['write']>>['add']>[0]) {
      const conversations = record.turns.map(({ role, text }, i) => ({
        from: role,
        value: i === 0 && role === 'human' ? `<image>\n${text}` : text,
      }));
      const masks = options['masks'] === true ? { masks: record.segments.map(writtenMask) } : {};
      const { id } = record;
      const image = record.imagePath === undefined ? record.image : relative(record.imagePath);
      output.write(`${count++ === 0 ? '[\n' : ',\n'}${JSON.stringify({ id, image, conversations, ...masks })}`);
      const lost = options['masks'] === true ? 0 : record.segments.length;
      return lost === 0
        ? []
        : [
            {
              code: 'masks',
              message: `LLaVA has no place for its masks (${lost}); --set masks=true writes them under a key of their own.`,
            },
          ];
    },
    async end() {
      output.write(count === 0 ? '[]\n' : '\n]\n');
    },
  };
}
