/**
 * The places where a record names what it is about: referents of questions, phrases, denied referents, `negatives`, the
 * labels of masks, `target`. Rename, references, highlights, definitions and colours all work on them.
 */
import { escapeForJson } from '../records/escapeMap.ts';
import { isObject } from '../records/isObject.ts';
import { writesAscii } from '../records/jsonStyle.ts';
import type { Span, SpanEdit } from '../records/position.ts';
import { type PlacedPhrase, RecordModel } from '../records/recordModel.ts';
import type { Path, SourceRecord, SourceTurn } from '../records/sourceRecord.ts';
import { parseAnswer } from '../text/answer.ts';
import { type Asked, deniedAlone, readAsked } from '../text/asked.ts';
import { referentKey, withoutArticle } from '../text/compose.ts';
import type { Referent } from '../text/negatives.ts';

export type MentionRole = 'question' | 'phrase' | 'clause' | 'negatives' | 'label' | 'target';

export interface Mention {
  readonly role: MentionRole;
  /** `referentKey` of the words: equal wherever one thing is named. */
  readonly key: string;
  /** The words as written, without a leading article. */
  readonly words: string;
  /** Where the words stand in the record's source. */
  readonly span: Span;
  /** The same with the article. */
  readonly whole: Span;
  /** The mask that belongs to a phrase or a label: an index in the order of `[SEG]`. */
  readonly mask: number | undefined;
  /** What the answer says to a question's referent. */
  readonly answer: 'grounded' | 'denied' | undefined;
  readonly place: TextPlace | ValuePlace;
}

/** A stretch of a turn's plain text. */
interface TextPlace extends Span {
  readonly turn: number;
}

/** The words inside a value that is a text; `inner` where the source writes that text as it is, without an escape. */
interface ValuePlace extends Span {
  readonly path: Path;
  readonly value: string;
  readonly inner: boolean;
}

export interface IndexedPhrase extends PlacedPhrase {
  /** The index of the mask of its first `[SEG]`, whether or not that mask is there. */
  readonly mask: number | undefined;
}

const EMPTY_ANSWER = parseAnswer('');
const read = new WeakMap<SourceRecord, RecordMentions>();

/** The mentions of a record, read once for as long as the record stays as it is. */
export function mentionsOf(source: SourceRecord): RecordMentions {
  let mentions = read.get(source);
  if (mentions === undefined) {
    mentions = new RecordMentions(source);
    read.set(source, mentions);
  }
  return mentions;
}

export class RecordMentions {
  readonly model: RecordModel;
  readonly phrases: readonly IndexedPhrase[];
  private list: readonly Mention[] | undefined;

  constructor(readonly source: SourceRecord) {
    this.model = new RecordModel(source);
    const maskOf = new Map(this.model.segs.map(({ seg }, index) => [seg, index]));
    this.phrases = this.model.phrases.map(({ turn, phrase }) => {
      const seg = phrase.segs[0];
      return { turn, phrase, mask: seg === undefined ? undefined : maskOf.get(seg) };
    });
  }

  /** All mentions in the order in which they stand, none over another. */
  get all(): readonly Mention[] {
    this.list ??= apart([...this.ofTurns(), ...this.ofNegatives(), ...this.ofLabels(), ...this.ofTarget()]);
    return this.list;
  }

  /** The mentions of one thing. */
  named(key: string): readonly Mention[] {
    return this.all.filter((mention) => mention.key === key);
  }

  /** The mention that holds an offset of the record's source, or ends there; its article counts. */
  at(offset: number): Mention | undefined {
    return this.all.find(({ whole }) => offset >= whole.start && offset <= whole.end);
  }

  private ofTurns(): readonly Mention[] {
    const found: (readonly Mention[])[] = this.phrases.map((placed) => this.ofPhrase(placed));
    let waiting: SourceTurn | undefined;
    let question: SourceTurn | undefined;
    for (const turn of this.model.turns) {
      if (turn.role === 'human') {
        found.push(this.ofUnanswered(waiting));
        question = waiting = turn;
      } else if (turn.role === 'gpt') {
        const asked = question === undefined ? undefined : readAsked(question.text, turn.tree);
        // Of several answers to one question the first decides on its words.
        found.push(this.ofAsked(waiting, asked), this.ofDenied(turn, asked?.denied));
        waiting = undefined;
      }
    }
    found.push(this.ofUnanswered(waiting));
    return found.flat();
  }

  private ofUnanswered(turn: SourceTurn | undefined): readonly Mention[] {
    return turn === undefined ? [] : this.ofAsked(turn, readAsked(turn.text, EMPTY_ANSWER));
  }

  private ofAsked(turn: SourceTurn | undefined, asked: Asked | undefined): readonly Mention[] {
    if (turn === undefined || asked === undefined) return [];
    return asked.referents.flatMap(({ start, text, answer }) => this.inTurn('question', turn, start, text, { answer }));
  }

  private ofDenied(turn: SourceTurn, denied: readonly Referent[] | undefined): readonly Mention[] {
    if (turn.tree.clauses.length === 0) return [];
    return (denied ?? deniedAlone(turn.tree)).flatMap(({ start, text }) => this.inTurn('clause', turn, start, text));
  }

  private ofPhrase({ turn, phrase, mask }: IndexedPhrase): readonly Mention[] {
    const at = turn.text.slice(phrase.contentStart, phrase.contentEnd).indexOf(phrase.text);
    // Words with a tag among them stand in no one piece.
    return at < 0 ? [] : this.inTurn('phrase', turn, phrase.contentStart + at, phrase.text, { mask });
  }

  private ofNegatives(): readonly Mention[] {
    const { negatives } = this.model.data;
    if (!Array.isArray(negatives)) return [];
    return negatives.flatMap((value: unknown, i) => this.inValue('negatives', ['negatives', i], value));
  }

  /** A label counts where it says what the phrase of its mask says, or where no phrase owns its mask. */
  private ofLabels(): readonly Mention[] {
    const { masks } = this.model.data;
    if (!Array.isArray(masks)) return [];
    const owners = new Map(this.phrases.map(({ phrase, mask }) => [mask, referentKey(phrase.text)]));
    return masks.flatMap((value: unknown, mask) => {
      const label = isObject(value) ? value['label'] : undefined;
      if (typeof label !== 'string') return [];
      const owner = owners.get(mask);
      return owner === undefined || owner === referentKey(label)
        ? this.inValue('label', ['masks', mask, 'label'], label, mask)
        : [];
    });
  }

  private ofTarget(): readonly Mention[] {
    return this.inValue('target', ['target'], this.model.data['target']);
  }

  private inTurn(
    role: MentionRole,
    turn: SourceTurn,
    start: number,
    text: string,
    more: { readonly mask?: number | undefined; readonly answer?: Mention['answer'] } = {},
  ): readonly Mention[] {
    const words = withoutArticle(text);
    const end = start + text.length;
    // A reader that joins words over white space or tags gives a text that does not stand there as it is.
    if (words === '' || turn.text.slice(start, end) !== text) return [];
    const place = { turn: turn.index, start: end - words.length, end };
    const span = this.source.locateText(turn.index, place);
    const whole = this.source.locateText(turn.index, { start, end });
    return [{ role, key: referentKey(text), words, span, whole, mask: more.mask, answer: more.answer, place }];
  }

  private inValue(role: MentionRole, path: Path, value: unknown, mask?: number): readonly Mention[] {
    if (typeof value !== 'string' || value.trim() === '') return [];
    const words = withoutArticle(value);
    const end = value.trimEnd().length;
    const start = end - words.length;
    const whole = this.source.locate(path);
    const quote = quoteOf(this.source.source, whole);
    const inside = { start: whole.start + quote.length, end: whole.end - quote.length };
    const inner = inside.end - inside.start === value.length && this.source.source.startsWith(value, inside.start);
    const span = inner ? { start: inside.start + start, end: inside.start + end } : inside;
    const place = { path, value, start, end, inner };
    return [{ role, key: referentKey(value), words, span, whole: inside, mask, answer: undefined, place }];
  }
}

function apart(mentions: Mention[]): readonly Mention[] {
  let end = 0;
  return mentions
    .sort((a, b) => a.span.start - b.span.start)
    .filter(({ span }) => {
      if (span.start < end) return false;
      end = span.end;
      return true;
    });
}

/** The edits that write other words in the place of a mention's; its article stays. `undefined` where that cannot be. */
export function rewordMention(
  source: SourceRecord,
  { place, span }: Mention,
  words: string,
): readonly SpanEdit[] | undefined {
  if ('turn' in place) return source.edit([{ kind: 'text', ...place, newText: words }]);
  const value = place.value.slice(0, place.start) + words + place.value.slice(place.end);
  const newText = place.inner ? asWritten(source, place.path, words, value) : undefined;
  return newText === undefined ? source.edit([{ kind: 'set', path: place.path, value }]) : [{ ...span, newText }];
}

/** The words as they are written inside a value that is not written anew; `undefined` where it must be. */
function asWritten(source: SourceRecord, path: Path, words: string, value: string): string | undefined {
  const quote = quoteOf(source.source, source.locate(path));
  if (quote === '"') return escapeForJson(words, writesAscii(source.source));
  return staysPlain(value) ? words : undefined;
}

/** Words that YAML reads as something else than a text, in one of its versions. */
const YAML_WORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const PLAIN = /^\p{L}[\p{L}\p{N}_ -]*$/u;

function staysPlain(value: string): boolean {
  return PLAIN.test(value) && !value.endsWith(' ') && !YAML_WORDS.test(value);
}

/** The quote around a value; empty where it has none. */
function quoteOf(source: string, { start, end }: Span): '"' | "'" | '' {
  const first = source[start];
  return end - start >= 2 && (first === '"' || first === "'") && source[end - 1] === first ? first : '';
}
