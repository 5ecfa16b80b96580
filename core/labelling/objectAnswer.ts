/** Reads what a model says of one object (paper, supplement B.1). */

export interface ObjectCaptions {
  /** A few words: `a yellow surfboard`. */
  readonly short: string;
  /** Two or three sentences. */
  readonly detailed: string;
}

export type ObjectAnswer =
  | { readonly ok: true; readonly captions: ObjectCaptions }
  /** `findings` are sentences for the model and for people; `captions` is what there is all the same. */
  | { readonly ok: false; readonly findings: readonly string[]; readonly captions: Partial<ObjectCaptions> };

/** Both words of each name are printed in the paper's own examples. */
const HEADING = /\b(short|detail(?:ed)?)[ \t]{1,4}(?:description|caption)[ \t*_]{0,6}:/gi;
/** "A few words" with some patience. */
const MOST_SHORT_WORDS = 12;
const MOST_CHARACTERS = 20_000;

/** Finds the short and the detailed caption behind their names, in any order, with or without Markdown round them. */
export function readObjectAnswer(answer: string): ObjectAnswer {
  const text = answer.slice(0, MOST_CHARACTERS);
  const headings = [...text.matchAll(HEADING)];
  const captions: { short?: string; detailed?: string } = {};
  headings.forEach((heading, i) => {
    const key = heading[1]!.toLowerCase() === 'short' ? 'short' : 'detailed';
    const caption = plainCaption(text.slice(heading.index + heading[0].length, headings[i + 1]?.index));
    if (caption !== '') captions[key] ??= caption;
  });
  if (captions.short !== undefined) captions.short = captions.short.replace(/\.$/, '');
  const findings: string[] = [];
  const { short, detailed } = captions;
  if (short === undefined)
    findings.push(
      'There is no short description: write a line that begins with "Short Description:" and a few words after it.',
    );
  else if (short.split(' ').length > MOST_SHORT_WORDS)
    findings.push(
      `The short description has more than ${MOST_SHORT_WORDS} words: name the object in two to six words.`,
    );
  if (detailed === undefined)
    findings.push(
      'There is no detailed caption: write a line that begins with "Detailed Caption:" and two or three sentences after it.',
    );
  if (findings.length > 0 || short === undefined || detailed === undefined) return { ok: false, findings, captions };
  return { ok: true, captions: { short, detailed } };
}

/** One line without Markdown, numbers of lists, quotation marks round it, and what would read as a tag. */
function plainCaption(text: string): string {
  const line = text
    .replace(/[*_`<>]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    // "2." before the next heading of a numbered list, and the separator of the paper's one-line form.
    .replace(/(?: \d\.| -|;)$/, '')
    .trim();
  const isQuoted = line.length > 1 && /^["“]/.test(line) && /["”]$/.test(line);
  return isQuoted ? line.slice(1, -1).trim() : line;
}
