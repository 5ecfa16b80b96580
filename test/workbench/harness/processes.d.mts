export function processesWith(...parts: readonly string[]): number[];
