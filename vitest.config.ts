import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{core,server,client,models,cli,media,syntaxes}/**/*.test.ts', 'test/integration/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
