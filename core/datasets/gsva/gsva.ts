/** Conversations with GSVA's rejection token (docs/formats/gsva.md). */
import { deniedAlone, readAsked } from '../../text/asked.ts';
import { referentKey, withoutArticle } from '../../text/compose.ts';
import type { DatasetFormat, Loss, ReadInput, Segment } from '../format.ts';
import { type Conversation, readConversations, type Turn } from '../llava/conversations.ts';
import { ConversationWriter, MASKS_OPTION, type Retell } from '../llava/conversationWriter.ts';
import { groundBare } from '../llava/groundBare.ts';
import { type GsvaReferent, gsvaAnswer, gsvaReferents, uscdfAnswer } from './answer.ts';

export const gsva: DatasetFormat = {
  kind: 'gsva',
  title: 'GSVA ([SEG] and [REJ])',
  page: {
    about:
      "Conversations in LLaVA's JSON whose answers are as GSVA is trained with and gives them: a list of referents, `Sure, dog:[SEG], zebra:[REJ].`, where `[REJ]` stands for what is not in the image. Masks lie under the key `masks`.",
    mapping:
      'Referents with `[SEG]` become phrases with their masks, those with `[REJ]` the negative clause: `Sure, it is <p> dog </p> [SEG]. But I don\'t see any zebra in this image.` All five forms of its answers are read ("the mask of dog is [SEG]", …), and a bare `[SEG]` takes its words from the question. Where there is a mask for each `[REJ]` too, as in its loader, those are left out. Written, each answer becomes a list in the order of the question, its masks sorted with it.',
    lost: 'Reading leaves answers as they are that are no such list; those with `[REJ]` are reported. Writing keeps phrases, denials and masks; other words of an answer are lost, and the report says where.',
    commands: [
      'uscdf convert --from gsva gsva.json --images train2014 -o gsva.uscdf.jsonl',
      'uscdf convert --to gsva refcoco.uscdf.jsonl -o gsva.json',
    ],
  },
  readOptions: [],
  writeOptions: [MASKS_OPTION],
  read: (input: ReadInput) => readConversations(input, 'gsva', retold),
  write: (output) => new ConversationWriter(output, inGsvaWords),
};

const REJ = '[REJ]';

function retold({ turns, masks }: Conversation): Conversation {
  const negatives: string[] = [];
  const changes: { code: string; message: string }[] = [];
  /** For each token of the conversation whether a mask belongs to it. */
  const owns: boolean[] = [];
  const told = turns.map((turn): Turn => {
    const { question, answer } = turn;
    for (const [token] of answer.matchAll(/\[(?:SEG|REJ)\]/g)) owns.push(token !== REJ);
    if (!answer.includes(REJ) && /<p>/.test(answer)) return turn;
    const referents = gsvaReferents(answer);
    if (referents === undefined) {
      if (answer.includes(REJ)) changes.push(unread(answer));
      return { question, answer: groundBare(question, answer) };
    }
    negatives.push(...referents.filter(({ isThere }) => !isThere).map(({ text }) => withoutArticle(text)));
    return { question, answer: uscdfAnswer(referents) };
  });
  const hasAll = masks.length === owns.length && owns.includes(false);
  return { turns: told, masks: hasAll ? masks.filter((_, i) => owns[i]) : masks, negatives, changes };
}

function unread(answer: string) {
  const message = `"${answer.slice(0, 80)}" is no list of referents, so that nothing tells what its [REJ] denies: write the clause by hand.`;
  return { code: 'answer-form', message };
}

const inGsvaWords: Retell = ({ question, answer, segments }) => {
  const { tree, text } = answer;
  const asked = readAsked(question, tree);
  const denied = (asked?.denied ?? deniedAlone(tree)).map((referent) => referent.text);
  if (segments.length + denied.length === 0 || segments.some(({ phrase }) => phrase === '')) return { text, segments };
  const order = (asked?.referents ?? []).map((referent) => referentKey(referent.text));
  const given = [
    ...segments.map((segment) => ({ text: segment.phrase, segment })),
    ...denied.map((referent) => ({ text: referent, segment: undefined })),
  ];
  const sorted = given.toSorted((a, b) => rank(order, a.text) - rank(order, b.text));
  const written = gsvaAnswer(sorted.map(asReferent));
  const losses: Loss[] = [];
  if (JSON.stringify(gsvaReferents(written)) !== JSON.stringify(sorted.map(asReferent)))
    losses.push({
      code: 'words',
      message: `"${text.slice(0, 80)}" has signs in its phrases that part the referents of GSVA's list.`,
    });
  else if (uscdfAnswer(given.map(asReferent)) !== text)
    losses.push({
      code: 'text',
      message: 'The answer became a list of its phrases and denials; its other words are lost.',
    });
  return { text: written, segments: sorted.flatMap(({ segment }) => (segment === undefined ? [] : [segment])), losses };
};

function asReferent({ text, segment }: { readonly text: string; readonly segment: Segment | undefined }): GsvaReferent {
  return { text, isThere: segment !== undefined };
}

/** The place in the question; what it does not list comes last, as it stood. */
function rank(order: readonly string[], text: string): number {
  const at = order.indexOf(referentKey(text));
  return at < 0 ? order.length : at;
}
