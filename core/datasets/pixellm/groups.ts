/** PixelLM's token groups: `[SEG0] [SEG1] [SEG2]` is one object. */

/** A text with one `[SEG]` for each group. Tokens go on with a group where their numbers do and only white space parts them. */
export function joinedGroups(text: string): string {
  const tokens = /\[SEG(\d{1,4})\]/g;
  let joined = '';
  let end = 0;
  let last = -1;
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    const between = text.slice(end, token.index);
    const number = Number(token[1]);
    const goesOn = last >= 0 && number === last + 1 && between.trim() === '';
    joined += goesOn ? '' : `${between}[SEG]`;
    last = number;
    end = tokens.lastIndex;
  }
  return joined + text.slice(end);
}

/** The tokens of one object. */
export function tokenGroup(tokens: number): string {
  return tokens === 1 ? '[SEG]' : Array.from({ length: tokens }, (_, i) => `[SEG${i}]`).join(' ');
}
