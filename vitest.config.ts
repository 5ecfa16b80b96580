import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Fonts as bytes, as esbuild's `binary` loader gives them in the built bundles. */
const fontBytes = {
  name: 'font-bytes',
  enforce: 'pre' as const,
  load(id: string) {
    if (!id.endsWith('.woff')) return undefined;
    const base64 = readFileSync(id).toString('base64');
    return `export default Uint8Array.from(atob(${JSON.stringify(base64)}), (character) => character.charCodeAt(0));`;
  },
};

/** Takes the files first that take a minute or more: one of them that begins last keeps the other cores waiting. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.some((name) => moduleId.endsWith(name));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
const LONG = ['/anyBytes.test.ts', '/previewAccess.test.ts', '/media/browser.test.ts', '/largeBytes.test.ts'];

export default defineConfig({
  plugins: [fontBytes],
  test: {
    include: ['{core,server,client,models,cli,media,syntaxes}/**/*.test.ts', 'test/{integration,bench}/**/*.test.ts'],
    setupFiles: ['test/setup/randomSeed.ts'],
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    // A second, as it is otherwise, is not enough where other tests hold up the machine.
    expect: { poll: { timeout: 20_000 } },
    // On two cores vitest would use one, though tests wait for processes most of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
