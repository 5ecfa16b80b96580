/** Severities and format for a file: the command line beats the nearest config file, which beats the defaults. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Config, parseConfig } from '../core/config.ts';
import { DEFAULT_FORMAT, type FormatOptions } from '../core/language/format.ts';
import { nearestKey } from '../core/records/nearestKey.ts';
import { SEVERITIES } from '../core/records/recordModel.ts';
import { fail, ok, type Result } from '../core/result.ts';
import type { Severities } from '../core/rules/checkRecord.ts';
import { allRules, ruleInfo } from '../core/rules/index.ts';
import { findConfig } from '../server/files.ts';

export interface FileSettings {
  readonly severities: Severities;
  readonly format: FormatOptions;
}

/** Reads `--rule CODE=SEVERITY` options. */
export function readRuleOptions(options: readonly string[]): Result<Severities> {
  const severities: Record<string, Severities[string]> = {};
  for (const option of options) {
    const [code = '', value, ...rest] = option.split('=');
    const severity = SEVERITIES.find((each) => each === value);
    if (ruleInfo(code) === undefined) {
      const codes = allRules.map((rule) => rule.code);
      const nearest = nearestKey(code, codes);
      const guess = nearest === undefined ? `the rules are ${codes.join(', ')}.` : `did you mean "${nearest}"?`;
      return fail(`--rule ${option}: there is no rule "${code}"; ${guess}`);
    }
    if (severity === undefined || rest.length > 0)
      return fail(`--rule ${option}: write CODE=SEVERITY with one of ${SEVERITIES.join(', ')}.`);
    severities[code] = severity;
  }
  return ok(severities);
}

/** Finds the settings of files, each folder's config read once. */
export class Settings {
  private readonly folders = new Map<string, Promise<Result<Config>>>();

  constructor(
    private readonly overrides: Severities,
    private readonly configFile: string | undefined,
  ) {}

  async for(path: string): Promise<Result<FileSettings>> {
    const config = await this.config(dirname(resolve(path)));
    if (!config.ok) return config;
    const { rules = {}, format = {} } = config.value;
    const severities = Object.fromEntries(
      Object.entries(rules).flatMap(([code, severity]) => (severity === undefined ? [] : [[code, severity]])),
    );
    return ok({
      severities: { ...severities, ...this.overrides },
      format: {
        oxfordComma: format.oxfordComma ?? DEFAULT_FORMAT.oxfordComma,
        imagePlaceholder: format.imagePlaceholder ?? DEFAULT_FORMAT.imagePlaceholder,
      },
    });
  }

  /** Fails where `--config` names a file that cannot be read or is wrong, whatever it would hold for. */
  async checkNamed(): Promise<Result<unknown>> {
    return this.configFile === undefined ? ok(undefined) : this.config('.');
  }

  private config(folder: string): Promise<Result<Config>> {
    const key = this.configFile ?? folder;
    const known = this.folders.get(key);
    if (known !== undefined) return known;
    const found = this.configFile === undefined ? nearest(folder) : named(this.configFile);
    this.folders.set(key, found);
    return found;
  }
}

async function nearest(folder: string): Promise<Result<Config>> {
  const found = await findConfig(folder);
  return found?.config ?? ok({});
}

async function named(path: string): Promise<Result<Config>> {
  try {
    return parseConfig(readFileSync(path, 'utf8'), path);
  } catch {
    return fail(`--config ${path}: the file cannot be read: check the path.`);
  }
}
