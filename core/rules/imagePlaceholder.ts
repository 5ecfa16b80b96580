import type { Span } from '../records/position.ts';
import type { RecordModel } from '../records/recordModel.ts';
import type { SourceTurn } from '../records/sourceRecord.ts';
import { isBlank } from './emptyTurn.ts';
import { cutOut } from './fixes.ts';
import { defineRule, type Fix } from './rule.ts';

/** One `<image>`, in the user's first turn; each further one would insert the image again. */
export const imagePlaceholder = defineRule({
  code: 'image-placeholder',
  severity: 'error',
  scope: 'record',
  fix: 'safe',
  summary: 'The image placeholder is missing, stands twice, or in a later turn.',
  why: 'Trainers put the image where the placeholder stands: without it the model sees none, with two it sees two.',
  bad: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "Describe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\n<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  good: [
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "<image>\\nDescribe the image."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
    '{"id": "a", "image": "a.jpg", "conversations": [{"from": "human", "value": "The <image> provides an overview of the picture.\\nDescribe it."}, {"from": "gpt", "value": "A dog."}], "masks": []}',
  ],
  check({ record, report }) {
    const first = record.turns.find((turn) => turn.role === 'human');
    if (first === undefined || !record.conversationIsWhole) return;
    if (isOnlyIn(first, record)) return;
    const here = placeholders(first);
    const later = placedElsewhere(record, first);
    for (const token of here.slice(1)) {
      report({ turn: first.index, ...token }, 'A second placeholder would show the model the image twice: remove it.', {
        fixes: () => [{ title: 'Remove the second placeholder', edits: [cutOut(first, withLineEnd(first, token))] }],
      });
    }
    later.forEach(({ turn, token }, i) => {
      const move = here.length === 0 && i === 0;
      const message = 'The placeholder stands once, in the first user turn, where the trainer puts the image: ';
      report({ turn: turn.index, ...token }, message + (move ? 'move it there.' : 'remove this one.'), {
        fixes: () => [
          {
            title: move ? 'Move it to the first user turn' : 'Remove this placeholder',
            edits: [
              cutOut(turn, withLineEnd(turn, token)),
              ...(move ? insertFix(first, turn.text.slice(token.start, token.end)).edits : []),
            ],
          },
        ],
      });
    });
    // `empty-turn` asks for the question; whoever writes it begins with the placeholder.
    // A record without an image needs that first: `schema` says so.
    if (here.length > 0 || later.length > 0 || isBlank(first.text) || record.image === undefined) return;
    const end = Math.min(first.text.length, first.text.search(/\s|$/));
    const message =
      'The first user turn has no image placeholder, so the model would never see the image: begin it with <image>.';
    report({ turn: first.index, start: 0, end }, message, {
      fixes: () => [insertFix(first, record.source.source.trimStart().startsWith('{') ? '<image>' : '<IMAGE>')],
    });
  },
});

/** Whether one turn has one placeholder and the others none. */
function isOnlyIn(first: SourceTurn, record: RecordModel): boolean {
  for (const turn of record.turns) {
    if (turn.tree.placeholders.length !== (turn === first ? 1 : 0)) return false;
  }
  return true;
}

/** The placeholders of the turns other than the first question. */
function placedElsewhere(record: RecordModel, first: SourceTurn): readonly { turn: SourceTurn; token: Span }[] {
  const found: { turn: SourceTurn; token: Span }[] = [];
  for (const turn of record.turns) {
    if (turn === first) continue;
    for (const token of placeholders(turn)) found.push({ turn, token });
  }
  return found;
}

function placeholders(turn: SourceTurn): readonly Span[] {
  return turn.tree.placeholders.map(({ start, end }) => ({ start, end }));
}

/** A placeholder on a line of its own goes with its line. */
function withLineEnd(turn: SourceTurn, { start, end }: Span): Span {
  const startsLine = start === 0 || turn.text[start - 1] === '\n';
  if (startsLine && turn.text[end] === '\n') return { start, end: end + 1 };
  return start > 0 && turn.text[start - 1] === '\n' && end === turn.text.length
    ? { start: start - 1, end }
    : { start, end };
}

function insertFix(turn: SourceTurn, placeholder: string): Fix {
  const newText = turn.text === '' ? placeholder : `${placeholder}\n`;
  return { title: `Begin with ${placeholder}`, edits: [{ kind: 'text', turn: turn.index, start: 0, end: 0, newText }] };
}
