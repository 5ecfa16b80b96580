import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { allRules } from '../../core/rules/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
];

/** What a Markdown page says outside its code blocks and code spans, where brackets are no links. */
function prose(page: string): string {
  return read(page)
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .replace(/`[^`\n]*`/g, '');
}

/** The name by which a heading is linked: lower case, words joined by `-`, other signs left out. */
function anchors(page: string): readonly string[] {
  const headings = read(page)
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, '')
    .matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(pages)('%s', (page) => {
  it('links to what is there', () => {
    const links = [...prose(page).matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map((match) => match[1]!);
    const broken = links.filter((link) => {
      if (/^[a-z]+:/i.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? join(root, page) : resolve(root, dirname(page), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchors(target.slice(root.length)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names scripts that package.json has', () => {
    const named = [...read(page).matchAll(/\bnpm run (?:-s |--silent )?([a-z][\w:-]*)/g)].map((match) => match[1]!);
    expect(named.filter((name) => !(name in manifest.scripts))).toEqual([]);
  });
});

it('gives every rule its page', () => {
  const names = readdirSync(join(root, 'docs/rules')).filter((name) => name !== 'README.md');
  expect(names.sort()).toEqual(allRules.map(({ code }) => `${code}.md`).sort());
});

it('names every rule that docs/format.md relies on as it is called', () => {
  const brackets = [...read('docs/format.md').matchAll(/\[(`[a-z-]+`(?:, `[a-z-]+`)*)\]/g)].map((match) => match[1]!);
  const named = brackets.flatMap((list) => list.split(', ').map((code) => code.slice(1, -1)));
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((code) => !allRules.some((rule) => rule.code === code))).toEqual([]);
});

it('has a line in docs/dependencies.md for every dependency, and for no other', () => {
  const lines = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!);
  expect(lines.sort()).toEqual(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).sort());
});

it('has a line in docs/benchmarks.md for every benchmark, and for no other', () => {
  const lines = [...read('docs/benchmarks.md').matchAll(/^\| `([a-zA-Z]+)` \|/gm)].map((match) => match[1]!);
  const files = readdirSync(join(root, 'test/bench')).filter((name) => name.endsWith('.bench.ts'));
  expect(lines.sort()).toEqual(files.map((name) => name.slice(0, -'.bench.ts'.length)).sort());
});
