/** What a question asks for: the referents of the segmentation questions that the official datasets use. */
import { splitList } from './lists.ts';

/** The sentence that MGLMM's own data puts before the first question. */
const OVERVIEW = /The\s+<image>\s+provides an overview of the picture\.?/i;
const PLACEHOLDER = /<image>/gi;
const PICTURE = '(?:this|the)\\s+(?:image|picture|photo|photograph)';

/** One stem a question template; the group holds the list of referents. */
const STEMS = [
  `(?:can|could)\\s+you\\s+(?:please\\s+)?(?:segment|find|highlight|identify(?:\\s+and\\s+segment)?)\\s+(.{1,2000}?)\\s+in\\s+${PICTURE}`,
  `(?:please\\s+)?(?:identify\\s+and\\s+)?segment\\s+(.{1,2000}?)\\s+in\\s+${PICTURE}`,
  `(?:what|where)\\s+(?:is|are)\\s+(.{1,2000}?)\\s+in\\s+${PICTURE}\\s*\\?\\s*please\\s+(?:respond|output)`,
  `(?:can|could)\\s+you\\s+provide\\s+(?:a\\s+)?segmentation\\s+masks?\\s+for\\s+(.{1,2000}?)\\s+in\\s+${PICTURE}`,
].map((stem) => new RegExp(`^${stem}`, 'is'));

const EVERYTHING = /^(?:all|every|each)\b/i;
const ARTICLE = /^(?:the|an?)\s+/i;

/**
 * The referents that a segmentation question lists, in its order; `undefined` where the question is not one of the
 * list templates (a description, a reasoning question, "all the objects").
 *
 * An article that belongs to the template (`segment the {object}`) is left out; where every item of a list brings its
 * own ("the dog and the zebra") they are the user's words and stay.
 */
export function parseQuestionReferents(question: string): readonly string[] | undefined {
  const text = question.replace(OVERVIEW, ' ').replace(PLACEHOLDER, ' ').trim();
  for (const stem of STEMS) {
    const list = stem.exec(text)?.[1];
    if (list === undefined) continue;
    if (EVERYTHING.test(list)) return undefined;
    return withoutTemplateArticle(splitList(list).map((item) => item.text));
  }
  return undefined;
}

function withoutTemplateArticle(items: readonly string[]): readonly string[] | undefined {
  const [first, ...others] = items;
  if (first === undefined) return undefined;
  const ownArticles = others.length > 0 && others.every((item) => ARTICLE.test(item));
  return ownArticles ? items : [first.replace(ARTICLE, ''), ...others];
}
