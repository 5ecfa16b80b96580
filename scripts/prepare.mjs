// What npm runs before it packs a checkout, for `npm install -g git+https://…` and for pre-commit, which does the same. Both
// install a checkout without the tools that build it, so those are fetched first.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (!existsSync('node_modules/esbuild')) {
  // The npm above this one may install globally, and says so to the programs that it starts.
  const environment = Object.entries(process.env).filter(([name]) => !/^npm_config_(?:global|location)$/i.test(name));
  const npm = process.env['npm_execpath'];
  const [program, ...before] = npm === undefined ? ['npm'] : [process.execPath, npm];
  execFileSync(program, [...before, 'ci', '--ignore-scripts', '--no-global'], {
    stdio: 'inherit',
    env: Object.fromEntries(environment),
  });
}
await import('./build.mjs');
