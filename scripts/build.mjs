// Builds the bundles that ship: extension, server, inference worker, command, webview. `--watch` rebuilds on change.
import { copyFileSync, cpSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';
import { lazyParts } from './lazyParts.mjs';

const bundleUrl = "const bundleUrl = require('node:url').pathToFileURL(__filename).href;";
const node = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // jsonc-parser's `main` is a UMD file whose inner requires esbuild cannot see; its ES module is complete.
  mainFields: ['module', 'main'],
  external: ['vscode', 'onnxruntime-node'],
  sourcemap: true,
  // Names stay, so that a stack trace says something.
  minifySyntax: true,
  minifyWhitespace: true,
  logLevel: 'warning',
  loader: { '.woff': 'binary' },
  // Libraries that are ES modules ask for their own address, which a CommonJS bundle knows by another name.
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: bundleUrl },
};
const late = { ...node, plugins: [await lazyParts(fileURLToPath(new URL('..', import.meta.url)), node)] };
const bundles = [
  { ...late, entryPoints: ['client/extension.ts'], outfile: 'dist/extension.cjs' },
  { ...late, entryPoints: ['server/main.ts'], outfile: 'dist/server.cjs' },
  { ...late, entryPoints: ['server/workspace/checker.ts'], outfile: 'dist/checker.cjs' },
  { ...late, entryPoints: ['server/browsing/browser.ts'], outfile: 'dist/browser.cjs' },
  { ...late, entryPoints: ['cli/lint/thread.ts'], outfile: 'dist/lint.cjs' },
  { ...node, entryPoints: ['models/runtime/worker.ts'], outfile: 'dist/worker.cjs' },
  { ...node, entryPoints: ['models/runtime/similarity/worker.ts'], outfile: 'dist/embedder.cjs' },
  {
    ...late,
    entryPoints: ['cli/main.ts'],
    outfile: 'dist/uscdf.cjs',
    banner: { js: `#!/usr/bin/env node\n${bundleUrl}` },
  },
  ...['preview', 'report', 'browser'].map((page) => ({
    ...node,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    banner: {},
    entryPoints: [`media/${page}.ts`, `media/${page}.css`],
    outdir: 'dist/media',
  })),
];

if (process.argv.includes('--watch')) {
  for (const b of bundles) await (await context({ ...b, logLevel: 'info' })).watch();
} else {
  await Promise.all(bundles.map((b) => build(b)));
}
// The icons of the web pages.
mkdirSync('dist/media', { recursive: true });
for (const file of ['codicon.css', 'codicon.ttf'])
  copyFileSync(`node_modules/@vscode/codicons/dist/${file}`, `dist/media/${file}`);
// METEOR's synonym table, which the command reads when it needs it.
copyFileSync('core/metrics/text/meteor/wordnet.bin.gz', 'dist/wordnet.bin.gz');
// The prompts of `uscdf label`, which users copy and change.
cpSync('core/labelling/prompts', 'dist/prompts', { recursive: true });
