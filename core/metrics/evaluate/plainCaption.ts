/**
 * The caption in a model's reply, as the paper's script takes it out (facts, metrics §1.2): without every shortest
 * stretch `<…>`, without `[SEG]`, white space collapsed, without straight single quotes at both ends.
 */
export function plainCaption(reply: string): string {
  return trimQuotes(withoutTags(reply).replaceAll('[SEG]', '').replace(/\s+/g, ' ')).trim();
}

function withoutTags(text: string): string {
  let open = text.indexOf('<');
  if (open < 0) return text;
  const parts: string[] = [];
  let from = 0;
  while (open >= 0) {
    const close = text.indexOf('>', open);
    if (close < 0) break;
    parts.push(text.slice(from, open));
    from = close + 1;
    open = text.indexOf('<', from);
  }
  parts.push(text.slice(from));
  return parts.join('');
}

function trimQuotes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === "'") start++;
  while (end > start && text[end - 1] === "'") end--;
  return text.slice(start, end);
}
