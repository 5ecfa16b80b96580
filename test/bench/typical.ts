/** What holds while nothing else runs: other programs only ever make a call longer. */
export function lowerQuartile(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 2]!;
}

/** How a bar's outcome is printed: a miss is to be seen. */
export function verdict(held: boolean): string {
  return held ? 'yes' : 'NO';
}
