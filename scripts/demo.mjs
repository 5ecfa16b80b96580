// `npm run demo`: the main job, from a fresh clone. Drafts captions with masks for the photographs in samples/, lints what
// it wrote, paints a preview of each, and leaves everything in demo/. Only node: modules are needed to start it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from '../test/workbench/harness/dependencies.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const demo = join(root, 'demo');
const images = join(root, 'samples/images');
const records = join(demo, 'drafts.uscdf.jsonl');
const asked = join(demo, 'asked.uscdf.jsonl');
const pictures = join(demo, 'previews');

ensureDependencies();
step('Building', [join(root, 'scripts/build.mjs')]);
rmSync(demo, { recursive: true, force: true });
mkdirSync(demo);
step(
  'Drafting a caption with masks for each photograph in samples/images (local model coco80, CPU)',
  uscdf('annotate', images, '-o', records),
);
const question = 'Please segment the buses, the cars, and the zebra in this image.';
step(
  `Asking for things there and not there: ${question}`,
  uscdf('annotate', join(images, 'rainy-buses.jpg'), '-o', asked, '--task', 'referring', '--prompt', question),
);
const findings = lint();
step('Painting a preview of each record', uscdf('preview', records, '-o', pictures));
step('Painting the answer to the question', uscdf('preview', asked, '-o', join(pictures, 'asked.png')));
check(findings);
tell();

function uscdf(...args) {
  return [join(root, 'dist/uscdf.cjs'), ...args];
}

function step(title, args) {
  console.log(`\n▸ ${title}`);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) fail(`This step failed (exit code ${status}), see above.`);
}

function lint() {
  console.log('\n▸ Linting what was written: it may hold drafts to decide on, and nothing else');
  const { stdout } = spawnSync(process.execPath, uscdf('lint', '--format', 'json', records, asked), {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  return JSON.parse(stdout).findings;
}

function check(found) {
  const photographs = readdirSync(images).length;
  const lines = readFileSync(records, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const painted = readdirSync(pictures).filter((name) => name !== 'asked.png').length;
  const others = found.filter(({ code }) => code !== 'draft');
  if (others.length > 0)
    fail(`The drafts have findings: ${others.map(({ code, message }) => `${code}: ${message}`).join(' · ')}`);
  if (lines.length !== photographs || painted !== photographs)
    fail(`${photographs} photographs gave ${lines.length} records and ${painted} pictures.`);
  console.log(`${found.length} drafts, no other finding.`);
  console.log('');
  for (const { id, conversations } of lines) console.log(`  ${id}: ${conversations.at(-1).value}`);
  const [answer] = readFileSync(asked, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  console.log(`  asked about rainy-buses: ${answer.conversations.at(-1).value}`);
}

function tell() {
  const here = (path) => relative(process.cwd(), path) || '.';
  console.log(`
Done. Look at:
  ${here(records)}  the drafted records, one a line, masks included
  ${here(asked)}   the answer to the question above
  ${here(pictures)}/           a picture of each

To open them in VS Code:
  npm start                                the workbench in your browser, the extension installed, samples/ open
  npm run package && code --install-extension uscdf-${process.platform}-${process.arch}.vsix && code ${here(demo)}
`);
}

function fail(message) {
  console.error(`\n✖ ${message}`);
  process.exit(1);
}
