/** The files behind `--report`. */
import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reportForm } from '../../core/metrics/report/forms.ts';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { isFolder, statOf } from './source.ts';

/** Whether reports can be written there: asked before the work begins, which can take long. */
export function checkReportPaths(paths: readonly string[]): Result<void> {
  for (const path of paths) {
    if (reportForm(path) === undefined) return fail(`--report ${path}: write a name that ends in .md, .html or .json.`);
    if (!isFolder(dirname(path)))
      return fail(`--report ${path}: the folder ${dirname(path)} is not there: make it first.`);
    // Nobody may ever read from it, and whoever writes waits for that.
    if (statOf(path)?.isFIFO() === true) return fail(`--report ${path} is a pipe: name a file.`);
    if (isFolder(path)) return fail(`--report ${path} is a folder: name a file that ends in .md, .html or .json.`);
  }
  return ok(undefined);
}

/** Writes the report, whole or not at all. */
export function writeReport(path: string, report: EvaluationReport): Result<void> {
  const text = reportForm(path)!(report);
  const isPlain = statOf(path)?.isFile() ?? true;
  // What is no file, such as /dev/stdout, is written to and not replaced.
  const target = isPlain ? `${path}.${randomBytes(4).toString('hex')}.tmp` : path;
  try {
    writeFileSync(target, text);
    if (isPlain) renameSync(target, path);
    return ok(undefined);
  } catch (error) {
    if (isPlain) rmSync(target, { force: true });
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    const advice = why === 'ENOSPC' ? 'the disk is full: make room' : 'check the path and its permissions';
    return fail(`--report ${path} cannot be written (${why}): ${advice}.`);
  }
}
