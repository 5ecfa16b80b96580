// Writes what is made from the rules, the palette and the preview's actions: the rules' pages under docs/rules/; in package.json
// the settings, token colours, commands and keybindings; the JSON schemas of the config file and of a model bundle's manifest;
// and the list of the rules' codes. With --check it changes nothing and fails where something is stale.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { formatPages } from './formatPages.mjs';
import { putPreviewCommands } from './previewCommands.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const check = process.argv.includes('--check');
const stale = [];

const { allRules } = await load('core/rules/index.ts');
const { FORMATS } = await load('core/datasets/registry.ts');
const { configJsonSchema } = await load('core/config.ts');
const { bundleJsonSchema } = await load('models/runtime/manifest/jsonSchema.ts');
const { tokenColours, tokenContributions } = await load('core/language/tokenColours.ts');
const { ACTIONS } = await load('media/actions.ts');
const fixWords = {
  safe: 'Safe: `source.fixAll.uscdf` and `uscdf lint --fix` take it.',
  suggested: 'Suggested: a quick fix, which `uscdf lint --fix` takes too.',
  manual: 'By hand: a quick fix offers the choice, and no command takes it for you.',
  none: 'None.',
};

const pages = new Map(allRules.map((rule) => [`${rule.code}.md`, page(rule)]));
pages.set('README.md', overview());
putFolder('docs/rules', pages);
putFolder('docs/formats', formatPages(FORMATS));
put('package.json', settings());
put('docs/uscdf.config.schema.json', configSchema());
put('docs/uscdf.bundle.schema.json', bundleSchema());
put('core/rules/codes.ts', codes());

if (stale.length > 0) {
  console.error(`These files are stale: ${stale.join(', ')}. Run \`npm run generate\`.`);
  process.exitCode = 1;
}

/** Every file of a folder is one of these. */
function putFolder(folder, files) {
  mkdirSync(join(root, folder), { recursive: true });
  for (const [name, text] of files) put(join(folder, name), text);
  for (const name of readdirSync(join(root, folder))) {
    if (files.has(name)) continue;
    if (check) stale.push(`${folder}/${name}`);
    else rmSync(join(root, folder, name));
  }
}

async function load(path) {
  const outfile = join(root, 'out/generate', `${path.replaceAll('/', '-')}.mjs`);
  await build({
    entryPoints: [join(root, path)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
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

${bad.length === 0 ? '' : `## Wrong\n\n${bad.map(block).join('\n')}\n`}## Right

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
  putPreviewCommands(manifest.contributes, ACTIONS);
  Object.assign(manifest.contributes, tokenContributions(manifest.contributes.languages.map(({ id }) => id)));
  manifest.contributes.configurationDefaults['editor.semanticTokenColorCustomizations'] = tokenColours();
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** For the editor, which completes and checks `uscdf.config.json` by it. */
function configSchema() {
  return schemaText(configJsonSchema(), 'core/config.ts', 'USCDF configuration');
}

/** For people who make bundles: a manifest names it in its key `$schema`. */
function bundleSchema() {
  return schemaText(bundleJsonSchema(), 'models/runtime/manifest', 'USCDF model bundle');
}

function schemaText({ $schema, ...schema }, source, title) {
  const head = { $schema, $comment: `Made from ${source} by \`npm run generate\`.`, title };
  const text = JSON.stringify({ ...head, ...schema }, null, 2);
  // Short lists on one line, as the formatter of this repository writes them.
  return `${text.replace(/\[\n\s+([^\]]+?)\n\s+\]/g, (_, items) => `[${items.replace(/\n\s+/g, ' ')}]`)}\n`;
}

/** The rules cannot ask their own index for the codes: that would be a circle. */
function codes() {
  const list = allRules.map(({ code }) => `  '${code}',\n`).join('');
  return `/** Every rule's code. Made from core/rules by \`npm run generate\`. */\nexport const RULE_CODES: readonly string[] = [\n${list}];\n`;
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
    path.endsWith('.json') &&
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
