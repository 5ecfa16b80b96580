/** `uscdf.config.json`: severities and format for the files below its folder. */
import { z } from 'zod';
import { SEVERITIES } from './records/recordModel.ts';
import { fail, ok, type Result } from './result.ts';
import { allRules } from './rules/index.ts';

export const CONFIG_NAME = 'uscdf.config.json';

const severity = z.enum(SEVERITIES);

export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  /** The severity of each rule; a rule that is not named has its default. */
  rules: z.strictObject(Object.fromEntries(allRules.map((rule) => [rule.code, severity.optional()]))).optional(),
  format: z
    .strictObject({
      oxfordComma: z.boolean().optional(),
      imagePlaceholder: z.enum(['keep', '<image>', '<IMAGE>']).optional(),
    })
    .optional(),
});

export type Config = z.infer<typeof configSchema>;

/** Reads a config file's text; a failure names the key that is wrong. */
export function parseConfig(text: string, name: string = CONFIG_NAME): Result<Config> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail(
      `${name} is no valid JSON (${error instanceof Error ? error.message : 'it does not parse'}): correct it.`,
    );
  }
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0]!;
  const path = issue.path.join('.') || 'the file';
  const detail =
    issue.code === 'unrecognized_keys'
      ? `unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}`
      : issue.message;
  return fail(
    `${name}: ${path}: ${detail}. See docs/rules/ for the rules' names; severities are ${SEVERITIES.join(', ')}.`,
  );
}
