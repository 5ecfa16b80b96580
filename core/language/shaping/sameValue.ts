import { isObject } from '../../records/isObject.ts';

/** Whether two JSON values are the same, key order included. Long texts such as a mask's runs are compared, not copied. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  if (!isObject(one) || !isObject(other)) return JSON.stringify(one) === JSON.stringify(other);
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  return (
    keys.length === others.length &&
    keys.every((key, i) => {
      const [own, theirs] = [one[key], other[key]];
      return key === others[i] && (own === theirs || JSON.stringify(own) === JSON.stringify(theirs));
    })
  );
}
