/**
 * Words whose full stop belongs to them, as PTBTokenizer 3.4.1 shows on 200,000 words in three cases (told from its
 * output; facts/metrics.md §1.6).
 */

/** How the full stop after a word is read. */
export type Abbreviation = 'none' | 'keeps' | 'endsSentence' | 'beforeNumber';

const KEEPS =
  'adj adm adv alex assoc attys ave brig capt cf cie cmdr col comdr cpl dept det dr drs ens ft gen gov govs hon insp jos ' +
  'lieut lt maj messrs mfg mlle mme mr mrs ms msgr mt mtg natl pfc ph pres prof profs pvt rep reps rev sen sens sfc sgt ' +
  'spc st ste supts treas vs wm';
/** Before the end of a line or a capital they give a full stop more: they may end the sentence. */
const ENDS_SENTENCE =
  'al ala apr ariz assn aug bancorp bhd bldg blvd bros calif co colo conn corp cos ct dak dec esq est etc ext feb fla fri ' +
  'ga inc ind intl jan jr jul jun kan kans ky ltd mar md mich minn mo mon mont neb nev nov oct okla penn plc pte pty ptys ' +
  'rd rt sep sept seq sq sr sys tel tenn thu thurs tue tues univ va vt wed wis wisc wyo';
/** Of the same kind, where they begin with a capital: in lower case they are words. */
const CAPITALISED = 'ark az del ill la mass miss ore pa tex wash';
const BEFORE_NUMBER = 'art ca fig figs no nos op pp prop';

const kinds = new Map<string, Abbreviation>();
for (const word of KEEPS.split(' ')) kinds.set(word, 'keeps');
for (const word of ENDS_SENTENCE.split(' ')) kinds.set(word, 'endsSentence');
for (const word of BEFORE_NUMBER.split(' ')) kinds.set(word, 'beforeNumber');
const capitalised = new Set(CAPITALISED.split(' '));
const LONGEST = 7;

/** What the full stop after a word means. `word`: as written, without it. */
export function abbreviation(word: string): Abbreviation {
  if (word.length > LONGEST) return 'none';
  const lower = word.toLowerCase();
  const kind = kinds.get(lower);
  if (kind !== undefined) return kind;
  return lower !== word && capitalised.has(lower) ? 'endsSentence' : 'none';
}

/** Endings of file names: a dot before one of them does not part words that begin with a digit. */
const FILE_ENDINGS = new Set(
  (
    'bat bmp c cgi class cpp dll doc docx exe gif gz h htm html jar java jpeg jpg mov mp3 pdf php pl png ppt ps py sql ' +
    'tar txt wav x xml zip'
  ).split(' '),
);

export function isFileEnding(ending: string): boolean {
  return ending.length <= 5 && FILE_ENDINGS.has(ending.toLowerCase());
}
