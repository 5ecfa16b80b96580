import { reservedSpans } from '../../../core/rules/reservedText.ts';
import { parseAnswer } from '../../../core/text/answer.ts';
import { joinList } from '../../../core/text/compose.ts';
import type { AnswerTree } from '../../../core/text/tree.ts';
import type { AnswerBuilder } from './answerBuilder.ts';
import { askedKeys, deniedIn, isDenial, unansweredIn, writeDenials } from './denials.ts';
import type { DialectReading, Generated } from './dialect.ts';
import { notesOf } from './notes.ts';
import { compose, isPhrase, type Part, type PhrasePart } from './parts.ts';
import { plainWords } from './plainWords.ts';

/** Stands where a model wrote nothing that can stand in an answer. */
export const NO_ANSWER = 'I have no answer.';
const MOST_LABEL = 200;

/**
 * Makes an answer of what was read: canonical spacing, the exact negative clauses, and nothing in it that the linter calls an
 * error. What cannot be kept is left out, and the notes say so.
 */
export function finish(builder: AnswerBuilder, generated: Generated): DialectReading {
  const notes = [...notesOf(builder.repairs)];
  const parts = withTemplate(tidy(builder.parts), generated);
  const grounded = withoutDenied(parts, generated, notes);
  const phrases = grounded.filter(isPhrase);
  const written = writeDenials(compose(grounded), generated, notes);
  if (written !== '' && isInOrder(written, phrases.length)) return reading(written, phrases, generated, notes);
  return withoutMasks(parts, generated, notes);
}

/** Neighbouring words as one, without tokens; phrases keep theirs. */
function tidy(parts: readonly Part[]): readonly Part[] {
  return parts.map((part) => (part.kind === 'words' ? words(plainWords(part.text)) : part));
}

/** A referring answer that is phrases alone gets the words of the template (paper, supplement C.1). */
function withTemplate(parts: readonly Part[], { task }: Generated): readonly Part[] {
  const phrases = parts.filter(isPhrase);
  const bare = parts.every((part) => part.kind === 'phrase' || /^[\s.,;:!?]*$/.test(part.text));
  if (task !== 'referring' || phrases.length === 0 || !bare) return parts;
  const lead = phrases.length === 1 ? 'Sure, it is ' : 'Sure, ';
  // A list of marks instead of phrases, cut at the marks, gives the words between them.
  const joints = joinList(phrases.map(() => MARK)).split(MARK);
  const listed = phrases.flatMap((phrase, i): Part[] => [words(i === 0 ? lead : joints[i]!), phrase]);
  return [...listed, words('.')];
}

const MARK = '\u0000';

function words(text: string): Part {
  return { kind: 'words', text };
}

/** Phrases inside a denial become plain words: what is not there has no mask. */
function withoutDenied(parts: readonly Part[], generated: Generated, notes: string[]): readonly Part[] {
  let kept = parts;
  for (let denied = deniedPhrases(kept, generated); denied.size > 0; denied = deniedPhrases(kept, generated)) {
    notes.push(
      `The model drew masks for what it says is not there (${[...denied].map(({ text }) => `“${text}”`).join(', ')}); they were left out.`,
    );
    kept = kept.map((part) => (isPhrase(part) && denied.has(part) ? words(` ${part.text} `) : part));
  }
  return kept;
}

function deniedPhrases(parts: readonly Part[], generated: Generated): ReadonlySet<PhrasePart> {
  const phrases = parts.filter(isPhrase);
  const denied = new Set<PhrasePart>();
  if (phrases.length === 0) return denied;
  const text = compose(parts);
  const asked = askedKeys(generated);
  const { clauses } = parseAnswer(text);
  let at = 0;
  for (const phrase of phrases) {
    const start = text.indexOf('<p>', at);
    at = text.indexOf('[SEG]', start) + '[SEG]'.length;
    if (clauses.some((clause) => clause.start < at && start < clause.end && isDenial(clause, asked)))
      denied.add(phrase);
  }
  return denied;
}

/** Whether an answer's tags and `[SEG]` are exactly those of its phrases, and its denials the exact ones. */
function isInOrder(text: string, phrases: number): boolean {
  const tree = parseAnswer(text);
  if (tree.segs.length !== phrases || tree.phrases.length !== phrases || reservedSpans(text).length > 0) return false;
  if (tree.tokens.some(({ kind, exact }) => !exact || (kind !== 'open' && kind !== 'close' && kind !== 'seg')))
    return false;
  if (tree.unclosed.length > 0 || tree.unopened.length > 0) return false;
  if (!tree.segs.every((seg) => seg.phrase !== undefined && !seg.denied)) return false;
  const lead = phrases > 0 ? 'but' : 'sorry';
  const clausesFit = tree.clauses.every(
    ({ certain, exact, lead: found, tokens, referents }) =>
      !certain || (tokens.length === 0 && (referents.length === 0 || (exact && found === lead))),
  );
  return clausesFit && tree.phrases.every((each) => each.segs.length === 1 && !each.nested && each.gap === undefined);
}

function reading(
  answer: string,
  phrases: readonly PhrasePart[],
  generated: Generated,
  notes: readonly string[],
): DialectReading {
  const tree = parseAnswer(answer);
  return {
    answer,
    masks: phrases.map(({ text, from }) => ({ label: text.slice(0, MOST_LABEL), from })),
    negatives: deniedIn(tree, generated),
    notes: [...notes, ...openNotes(tree, generated)],
  };
}

/** What was asked for and is neither shown nor denied. */
function openNotes(tree: AnswerTree, generated: Generated): readonly string[] {
  const open = unansweredIn(tree, generated);
  if (open.length === 0) return [];
  const named = joinList(open.map((referent) => `“${referent}”`));
  return [`The answer neither shows nor denies ${named}. Deny it where it is not in the image.`];
}

/** The words alone, where nothing else can be kept. */
function withoutMasks(parts: readonly Part[], generated: Generated, notes: readonly string[]): DialectReading {
  const text = plainWords(parts.map((part) => part.text).join(' ')).trim();
  const written = text === '' ? '' : writeDenials(text, generated, []);
  const usable = written !== '' && isInOrder(written, 0);
  const empty = parts.every((part) => part.text.trim() === '');
  const note = empty
    ? 'The model wrote nothing.'
    : 'The model’s answer cannot be read as a grounded text; its masks were left out.';
  return reading(usable ? written : NO_ANSWER, [], generated, [...notes, note]);
}
