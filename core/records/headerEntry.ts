/** A key of a `.uscdf` header with its value. */
import { stringify } from 'yaml';
import { isObject } from './isObject.ts';
import { PYTHON_STYLE, writeJson } from './jsonStyle.ts';

/** A list of objects has a line for each; everything else stands on the key's line, in YAML's flow form. */
export function headerEntry(key: string, value: unknown): string {
  if (typeof value === 'string')
    return `${key}: ${stringify(value, { lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd()}`;
  if (!Array.isArray(value) || value.length === 0 || !value.some(isObject))
    return `${key}: ${writeJson(value, PYTHON_STYLE)}`;
  return [`${key}:`, ...value.map((item) => `  - ${writeJson(item, PYTHON_STYLE)}`)].join('\n');
}
