/** The names of a pair of tags change together: who types another number into `<object1>` gets it in `</object1>` too. */
import type { UscdfDocument } from '../records/document.ts';
import type { Position, Range } from '../records/position.ts';
import { recordAt } from './pointedAt.ts';
import { pairOf, tagName } from './tagPairs.ts';

export interface LinkedEditing {
  /** The names of the opening and the closing tag; their texts are equal. */
  readonly ranges: readonly Range[];
  /** While the names match it they stay linked; an empty name does. */
  readonly wordPattern: string;
}

const NAME = '[A-Za-z]*[0-9]*';

export function linkedEditing(document: UscdfDocument, position: Position): LinkedEditing | undefined {
  const at = recordAt(document, position);
  const inTurn = at?.record.source.turnAt(at.offset);
  if (at === undefined || inTurn === undefined) return undefined;
  const { turn, offset } = inTurn;
  const tag = turn.tree.tokens.find(
    (token) => token.exact && offset > token.start && offset < token.end && offset >= tagName(token).start,
  );
  const pair = tag === undefined ? undefined : pairOf(turn.tree, tag);
  if (pair === undefined || !pair.open.exact || !pair.close.exact) return undefined;
  const [open, close] = [tagName(pair.open), tagName(pair.close)];
  if (turn.text.slice(open.start, open.end) !== turn.text.slice(close.start, close.end)) return undefined;
  const ranges = [open, close].map((name) => at.cell.rangeOf(at.record.source.locateText(turn.index, name)));
  return { ranges, wordPattern: NAME };
}
