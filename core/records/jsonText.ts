/**
 * A value as JSON, or `undefined` where it cannot be written: a YAML alias can hold itself, and values can lie deeper in each other
 * than a program can follow.
 */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
