/**
 * Tokens that would repeat a run of `length` tokens of the answer so far. Greedy decoding with places (`<loc_12>`) runs in
 * circles without it; Florence-2's own settings forbid runs of three.
 */
export function repeatingTokens(ids: readonly number[], length: number): ReadonlySet<number> {
  const banned = new Set<number>();
  const tail = length - 1;
  if (ids.length < length) return banned;
  for (let i = 0; i + tail < ids.length; i++) {
    let same = true;
    for (let k = 0; k < tail && same; k++) same = ids[i + k] === ids[ids.length - tail + k];
    if (same) banned.add(ids[i + tail]!);
  }
  return banned;
}
