/** Conversations with PixelLM's token groups (docs/formats/pixellm.md). */
import type { DatasetFormat, Loss, ReadInput, WriteOutput } from '../format.ts';
import { type Conversation, readConversations } from '../llava/conversations.ts';
import { ConversationWriter, MASKS_OPTION, type Retell } from '../llava/conversationWriter.ts';
import { groundBare } from '../llava/groundBare.ts';
import { joinedGroups, tokenGroup } from './groups.ts';

export const pixellm: DatasetFormat = {
  kind: 'pixellm',
  title: 'PixelLM (token groups)',
  page: {
    about:
      "Conversations in LLaVA's JSON with PixelLM's codebook tokens: `[SEG0] [SEG1] [SEG2]` is one object, and answers have no tags. Masks lie under the key `masks`, one for each group.",
    mapping:
      'Each group becomes one `[SEG]`. Its phrase is what stands right before it where the question asks for it ("dog [SEG0] [SEG1] [SEG2]", "dog is …"), else the question\'s referents in their order ("Sure, they are …", "… separately"), and the answer is then written as USCDF does. Written, tags are taken away and each `[SEG]` becomes a group of `tokens=3`.',
    lost: 'A group whose words nothing tells becomes a `[SEG]` without a phrase; the report names it. Writing loses where phrases begin, unless `tags=true` keeps the tags.',
    commands: [
      'uscdf convert --from pixellm pixellm.json --images train2014 -o pixellm.uscdf.jsonl',
      'uscdf convert --to pixellm refcoco.uscdf.jsonl -o pixellm.json',
    ],
  },
  readOptions: [],
  writeOptions: [
    { name: 'tokens', description: 'So many tokens an object; 1 writes [SEG].', default: 3, range: [1, 64] },
    { name: 'tags', description: 'Keep the tags around phrases, which PixelLM does not know.', default: false },
    MASKS_OPTION,
  ],
  read: (input: ReadInput) => readConversations(input, 'pixellm', retold),
  write: (output) => new ConversationWriter(output, inPixelWords(output)),
};

function retold({ turns, masks }: Conversation): Conversation {
  const changes: { code: string; message: string }[] = [];
  const told = turns.map(({ question, answer }) => {
    const grounded = groundBare(question, joinedGroups(answer));
    if (/(?<!<\/p>\s?)\[SEG\]/.test(grounded)) {
      const message = `"${answer.slice(0, 80)}": nothing tells which words a mask belongs to: put tags around them by hand.`;
      changes.push({ code: 'no-phrase', message });
    }
    return { question, answer: grounded };
  });
  return { turns: told, masks, changes };
}

function inPixelWords({ options }: WriteOutput): Retell {
  const group = tokenGroup(Math.floor(Number(options['tokens'])));
  const keepsTags = options['tags'] === true;
  return ({ answer: { text, tree }, segments }) => {
    const losses: Loss[] =
      keepsTags || tree.phrases.length === 0
        ? []
        : [{ code: 'tags', message: 'PixelLM has no tags: where its phrases begin is lost; tags=true keeps them.' }];
    const bare = keepsTags ? text : text.replace(/<p> ?/g, '').replace(/ ?<\/p>/g, '');
    return { text: bare.replaceAll('[SEG]', group), segments, losses };
  };
}
