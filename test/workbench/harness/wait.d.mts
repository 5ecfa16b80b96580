export function until<T>(
  what: string,
  probe: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  pace?: { readonly timeoutMs?: number; readonly everyMs?: number },
): Promise<T>;
