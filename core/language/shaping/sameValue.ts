import { isObject } from '../../records/isObject.ts';
import { jsonText } from '../../records/jsonText.ts';

/**
 * Whether two JSON values are the same, key order included; `false` for what cannot be written as JSON. Long texts such as a mask's runs
 * are compared, not copied.
 */
export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  if (!isObject(one) || !isObject(other)) return sameText(one, other);
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  return (
    keys.length === others.length &&
    keys.every((key, i) => {
      const [own, theirs] = [one[key], other[key]];
      return key === others[i] && (own === theirs || sameText(own, theirs));
    })
  );
}

function sameText(one: unknown, other: unknown): boolean {
  const text = jsonText(one);
  return text !== undefined && text === jsonText(other);
}
