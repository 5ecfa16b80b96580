/** Most characters that progress shows. */
const MAX_SHOWN = 2000;

/** What was written so far for a person to watch: plain words without tags, the last one only when it is whole. */
export function wordsSoFar(text: string): string {
  const whole = text.slice(0, endOfLastWord(text));
  return withoutTags(whole.slice(-MAX_SHOWN));
}

function endOfLastWord(text: string): number {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) > 32) end--;
  return end;
}

/** Everything between angle brackets, and bracketed capitals such as `[SEG]`, go out; spaces become single. */
function withoutTags(text: string): string {
  let words = '';
  for (let i = 0; i < text.length; ) {
    const end = tagEnd(text, i);
    if (end > i) {
      i = end;
      continue;
    }
    const code = text.charCodeAt(i);
    if (code > 32) words += text[i];
    else if (!words.endsWith(' ')) words += ' ';
    i++;
  }
  return words.trim().replaceAll(' ,', ',').replaceAll(' .', '.');
}

const LONGEST_TAG = 60;

function tagEnd(text: string, at: number): number {
  const first = text[at];
  if (first !== '<' && first !== '[') return at;
  const close = first === '<' ? '>' : ']';
  for (let i = at + 1; i < text.length && i < at + LONGEST_TAG; i++) {
    if (text[i] === close) return i + 1;
    if (text.charCodeAt(i) <= 32) return at;
  }
  return at;
}
