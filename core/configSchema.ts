/** The keys of `uscdf.config.json` and their types. */
import * as z from 'zod';
import { SEVERITIES } from './records/recordModel.ts';
import type { RuleInfo } from './rules/rule.ts';

const PLACEHOLDERS = ['keep', '<image>', '<IMAGE>'] as const;

/** The descriptions travel into the JSON schema, which editors show while somebody types. */
export function makeConfigSchema(rules: readonly RuleInfo[]) {
  return z.strictObject({
    $schema: z.string().optional().describe('The address of the JSON schema, for editors that need it.'),
    rules: z
      .strictObject(Object.fromEntries(rules.map((rule) => [rule.code, severityOf(rule)])))
      .optional()
      .describe('The severity of each rule; one that is not named has its default. Beats the settings of the editor.'),
    format: z
      .strictObject({
        oxfordComma: z
          .boolean()
          .optional()
          .describe('Write lists as "A, B, and C" (the default) rather than "A, B and C".'),
        imagePlaceholder: z
          .enum(PLACEHOLDERS)
          .optional()
          .describe('How the formatter writes the image placeholder; "keep", the default, leaves each as it is.'),
      })
      .optional()
      .describe('What `uscdf format` and the formatter of the editor write.'),
  });
}

function severityOf({ severity, summary }: RuleInfo) {
  return z.enum(SEVERITIES).optional().describe(`${summary} Default: ${severity}.`);
}

export type ConfigSchema = ReturnType<typeof makeConfigSchema>;
export type Config = z.infer<ConfigSchema>;

/** The JSON schema of a config file (draft 7, which every editor knows). */
export function toJsonSchema(schema: ConfigSchema): object {
  return z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
}
