import type { Problem } from './common.ts';

/** Each of the placeholders must stand in the template exactly once. */
export function expectPlaceholders(
  template: string | undefined,
  placeholders: readonly string[],
  path: readonly string[],
  problem: Problem,
): void {
  if (template === undefined) return;
  for (const placeholder of placeholders) {
    const times = template.split(placeholder).length - 1;
    if (times !== 1) problem([...path], `must hold ${placeholder} once, and holds it ${times} times`);
  }
}

/** A model that can do none of its driver's tasks is of no use. */
export function expectSomeTask(tasks: Readonly<Record<string, string | undefined>>, problem: Problem): void {
  if (Object.values(tasks).every((task) => task === undefined)) {
    problem(['tasks'], 'must hold one task at least');
  }
}
