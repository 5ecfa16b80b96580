// Writes what is made from the rules: their pages under docs/rules/ and the settings in package.json. With --check it
// changes nothing and fails where something is stale.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const stale = [];

const { allRules } = await loadRules();
const fixWords = {
  safe: 'Safe: `source.fixAll.uscdf` and `uscdf lint --fix` take it.',
  suggested: 'Suggested: a quick fix, which `uscdf lint --fix` takes too.',
  manual: 'By hand: a quick fix offers the choice, and no command takes it for you.',
  none: 'None.',
};

const pages = new Map(allRules.map((rule) => [`${rule.code}.md`, page(rule)]));
pages.set('README.md', overview());
for (const [name, text] of pages) put(join('docs/rules', name), text);
for (const name of readdirSync(join(root, 'docs/rules'))) {
  if (pages.has(name)) continue;
  if (check) stale.push(`docs/rules/${name}`);
  else rmSync(join(root, 'docs/rules', name));
}
put('package.json', settings());

if (stale.length > 0) {
  console.error(`These files are stale: ${stale.join(', ')}. Run \`npm run generate\`.`);
  process.exitCode = 1;
}

async function loadRules() {
  const outfile = join(root, 'out/generate/rules.mjs');
  await build({
    entryPoints: [join(root, 'core/rules/index.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

function page({ code, severity, fix, summary, why, bad, good }) {
  return `<!-- Made from core/rules by \`npm run generate\`. -->
# ${code}

${summary}

| | |
| --- | --- |
| Default severity | ${severity} |
| Fix | ${fixWords[fix]} |

## Why

${why}

## Wrong

${bad.map(block).join('\n')}
## Right

${good.map(block).join('\n')}
## Settings

In \`uscdf.config.json\`: \`{"rules": {"${code}": "off"}}\`; in the editor: \`"uscdf.rules": {"${code}": "off"}\`; for one record: \`"lint": {"${code}": "off"}\`.
Severities are \`off\`, \`hint\`, \`information\`, \`warning\` and \`error\`.
`;
}

function block(example) {
  const language = example.startsWith('{') ? 'json' : 'text';
  return `\`\`\`${language}\n${example.trimEnd()}\n\`\`\`\n`;
}

function overview() {
  const rows = allRules.map(
    ({ code, severity, fix, summary }) =>
      `| [\`${code}\`](${code}.md) | ${severity} | ${summary.replaceAll('|', '\\|')} | ${fix === 'none' ? '' : fix} |`,
  );
  return `<!-- Made from core/rules by \`npm run generate\`. -->
# The rules

| code | default | reports | fix |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function settings() {
  const path = join(root, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  manifest.contributes.configuration.properties['uscdf.rules'].properties = Object.fromEntries(
    allRules.map(({ code, severity, summary }) => [
      code,
      {
        type: 'string',
        enum: ['off', 'hint', 'information', 'warning', 'error'],
        default: severity,
        markdownDescription: summary,
      },
    ]),
  );
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function put(path, text) {
  const file = join(root, path);
  let before;
  try {
    before = readFileSync(file, 'utf8');
  } catch {
    before = undefined;
  }
  if (
    path === 'package.json' &&
    before !== undefined &&
    JSON.stringify(JSON.parse(before)) === JSON.stringify(JSON.parse(text))
  )
    return;
  if (before === text) return;
  if (check) stale.push(path);
  else {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  }
}
