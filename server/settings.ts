/** The settings that the server works by: the config file beats the editor's settings. */
import type { Config } from '../core/config.ts';
import type { FormatOptions } from '../core/language/format.ts';
import { isObject } from '../core/records/isObject.ts';
import { SEVERITIES } from '../core/records/recordModel.ts';
import type { Severities } from '../core/rules/checkRecord.ts';

/** How files that are not open are checked: not at all, without pixels, or as open ones are. */
export type ClosedFiles = 'off' | 'quick' | 'all';

export interface ServerSettings {
  readonly severities: Severities;
  readonly closedFiles: ClosedFiles;
  readonly format: Partial<FormatOptions>;
}

/** Reads the editor's `uscdf` section, which may hold anything, and lays a config file over it. */
export function readSettings(editor: unknown, config: Config | undefined): ServerSettings {
  const section = isObject(editor) ? editor : {};
  const format = isObject(section['format']) ? section['format'] : {};
  const placeholder = format['imagePlaceholder'];
  const closedFiles = section['workspaceDiagnostics'];
  return {
    closedFiles: closedFiles === 'off' || closedFiles === 'quick' ? closedFiles : 'all',
    severities: { ...readSeverities(section['rules']), ...readSeverities(config?.rules) },
    format: {
      ...(typeof format['oxfordComma'] === 'boolean' && { oxfordComma: format['oxfordComma'] }),
      ...((placeholder === 'keep' || placeholder === '<image>' || placeholder === '<IMAGE>') && {
        imagePlaceholder: placeholder,
      }),
      ...(config?.format?.oxfordComma !== undefined && { oxfordComma: config.format.oxfordComma }),
      ...(config?.format?.imagePlaceholder !== undefined && { imagePlaceholder: config.format.imagePlaceholder }),
    },
  };
}

function readSeverities(rules: unknown): Severities {
  const severities: Record<string, Severities[string]> = {};
  for (const [code, value] of Object.entries(isObject(rules) ? rules : {})) {
    const severity = SEVERITIES.find((each) => each === value);
    if (severity !== undefined) severities[code] = severity;
  }
  return severities;
}
