/** `uscdf.config.json`: severities and format for the files below its folder. */
import type { core } from 'zod';
import { type Config, type ConfigSchema, makeConfigSchema, toJsonSchema } from './configSchema.ts';
import { JsonRecord } from './records/jsonRecord.ts';
import { nearestKey } from './records/nearestKey.ts';
import type { Span } from './records/position.ts';
import type { Path } from './records/sourceRecord.ts';
import { fail, ok, type Result } from './result.ts';
import { allRules } from './rules/index.ts';

export const CONFIG_NAME = 'uscdf.config.json';

export type { Config };

/** Made when a config file is read: few folders have one. */
let made: ConfigSchema | undefined;

function configSchema(): ConfigSchema {
  made ??= makeConfigSchema(allRules);
  return made;
}

/** A mistake of a config file: where it is in the text, in UTF-16 offsets, and a sentence with what to do. */
export interface ConfigProblem {
  readonly span: Span;
  readonly message: string;
}

/** Reads a config file's text; a failure names the key that is wrong. */
export function parseConfig(text: string, name: string = CONFIG_NAME): Result<Config> {
  const source = new JsonRecord(withoutMark(text));
  const parsed = configSchema().safeParse(source.value);
  if (parsed.success && source.problems.length === 0) return ok(parsed.data);
  return fail(`${name}: ${problemsOf(source)[0]!.message}`);
}

/** What is wrong with a config file, in the order of its text without its byte-order mark; empty where nothing is. */
export function configProblems(text: string): readonly ConfigProblem[] {
  return problemsOf(new JsonRecord(withoutMark(text)));
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** The JSON schema of a config file. */
export function configJsonSchema(): object {
  return toJsonSchema(configSchema());
}

function problemsOf(source: JsonRecord): readonly ConfigProblem[] {
  if (source.problems.length > 0)
    return source.problems.map(({ start, end, message }) => ({
      span: { start, end },
      message: `${message} Until it is correct, none of this file's settings hold.`,
    }));
  const parsed = configSchema().safeParse(source.value);
  if (parsed.success) return [];
  return parsed.error.issues
    .flatMap((issue) => problemsOfIssue(source, issue))
    .sort((a, b) => a.span.start - b.span.start);
}

function problemsOfIssue(source: JsonRecord, issue: core.$ZodIssue): readonly ConfigProblem[] {
  const path = issue.path.filter((step): step is string | number => typeof step !== 'symbol');
  if (issue.code !== 'unrecognized_keys')
    return [{ span: source.locate(path), message: `${inWords(path)} must be ${wanted(issue)}: ${CONSEQUENCE}` }];
  const known = path[0] === 'rules' ? allRules.map((rule) => rule.code) : knownKeys(path);
  return issue.keys.map((key) => ({
    span: source.locate([...path, key], 'key'),
    message: `${inWords(path)} has no ${path[0] === 'rules' ? 'rule' : 'key'} "${key}"${guess(key, known)}: ${CONSEQUENCE}`,
  }));
}

const CONSEQUENCE = "correct it; until then none of this file's settings hold.";

function guess(key: string, known: readonly string[]): string {
  const nearest = nearestKey(key, known);
  return nearest === undefined ? `; there are ${known.join(', ')}` : `; did you mean "${nearest}"?`;
}

function knownKeys(path: Path): readonly string[] {
  return path[0] === 'format' ? ['oxfordComma', 'imagePlaceholder'] : Object.keys(configSchema().shape);
}

function inWords(path: Path): string {
  return path.length === 0 ? 'The file' : `"${path.join('.')}"`;
}

function wanted(issue: core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
  if (issue.code !== 'invalid_type') return 'another value';
  return issue.expected === 'boolean' ? 'true or false' : issue.expected === 'string' ? 'a text' : 'an object';
}
