import { comparePositions, type Position, type Range } from '../../core/records/position.ts';

/** Where a place is after a change of the text: it moves along, and goes to the change's start where its text was replaced. */
export function shifted(place: Position, range: Range, newText: string): Position {
  if (comparePositions(place, range.start) < 0) return place;
  if (comparePositions(place, range.end) < 0) return range.start;
  const end = endOf(range.start, newText);
  const isOnLastLine = place.line === range.end.line;
  return {
    line: place.line - range.end.line + end.line,
    character: isOnLastLine ? place.character - range.end.character + end.character : place.character,
  };
}

function endOf(start: Position, text: string): Position {
  let line = start.line;
  let from = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
    line++;
    from = at + 1;
  }
  return { line, character: from === 0 ? start.character + text.length : text.length - from };
}
