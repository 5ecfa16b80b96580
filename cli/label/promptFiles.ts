/** Reads the prompts: those of the user's folder, and for the others those that ship. */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROMPT_NAMES, type Prompts, parsePrompt } from '../../core/labelling/prompts.ts';
import { fail, ok, type Result } from '../../core/result.ts';

/** @param folder The user's own; each file in it takes the place of the one that ships. */
export function readPrompts(shipped: string, folder: string | undefined): Result<Prompts> {
  if (folder !== undefined && !PROMPT_NAMES.some((name) => existsSync(join(folder, `${name}.md`))))
    return fail(
      `There is no prompt in ${folder}: put ${PROMPT_NAMES.map((name) => `${name}.md`).join(', ')} there (--write-prompts copies those that ship).`,
    );
  const prompts: Record<string, unknown> = {};
  for (const name of PROMPT_NAMES) {
    const own = folder === undefined ? undefined : join(folder, `${name}.md`);
    const path = own !== undefined && existsSync(own) ? own : join(shipped, `${name}.md`);
    let source: string;
    try {
      source = readFileSync(path, 'utf8');
    } catch (error) {
      return fail(`The prompt ${path} cannot be read (${(error as NodeJS.ErrnoException).code}): check the file.`);
    }
    const prompt = parsePrompt(name, source);
    if (!prompt.ok) return fail(`${path}: ${prompt.message}`);
    prompts[name] = prompt.value;
  }
  return ok(prompts as Prompts);
}

/** Copies the prompts that ship into a folder; files that are there stay. Returns the names of those copied. */
export function writePrompts(shipped: string, folder: string): Result<readonly string[]> {
  try {
    mkdirSync(folder, { recursive: true });
    const written = PROMPT_NAMES.map((name) => `${name}.md`).filter((file) => !existsSync(join(folder, file)));
    for (const file of written) copyFileSync(join(shipped, file), join(folder, file));
    return ok(written);
  } catch (error) {
    return fail(`The prompts cannot be written to ${folder} (${(error as NodeJS.ErrnoException).code}): check it.`);
  }
}
