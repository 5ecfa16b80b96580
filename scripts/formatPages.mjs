// The pages of the dataset formats, docs/formats/, made from what each format says of itself.

/** @returns {Map<string, string>} pages by their names. */
export function formatPages(formats) {
  const sorted = [...formats].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  const pages = new Map(sorted.map((format) => [`${format.kind}.md`, page(format)]));
  pages.set('README.md', overview(sorted));
  return pages;
}

function page({
  kind,
  title,
  page: { about, mapping, lost, commands },
  readOptions = [],
  writeOptions = [],
  read,
  write,
}) {
  const directions = [read && 'reads', write && 'writes'].filter(Boolean).join(' and ');
  const options = [...readOptions, ...writeOptions.filter(({ name }) => !readOptions.some((one) => one.name === name))];
  return `<!-- Made from core/datasets by \`npm run generate\`. -->
# ${title}

Kind: \`${kind}\` (uscdf ${directions} it)

${about}

## How it maps

${mapping}

## What is lost

${lost}

## Commands

\`\`\`sh
${commands.join('\n')}
\`\`\`
${options.length === 0 ? '' : `\n## Options\n\n| \`--set\` | what it does | default |\n| --- | --- | --- |\n${options.map(option).join('\n')}\n`}`;
}

function option({ name, description, default: value, choices, range }) {
  const allowed =
    choices !== undefined
      ? ` One of ${choices.map((each) => `\`${each}\``).join(', ')}.`
      : range !== undefined
        ? ` From ${range[0]} to ${range[1]}.`
        : '';
  const shown = value === '' ? 'none' : `\`${value}\``;
  return `| \`${name}\` | ${description}${allowed} | ${shown} |`;
}

function overview(formats) {
  const rows = formats.map(
    ({ kind, title, read, write }) =>
      `| [\`${kind}\`](${kind}.md) | ${title} | ${read === undefined ? '' : 'yes'} | ${write === undefined ? '' : 'yes'} |`,
  );
  return `<!-- Made from core/datasets by \`npm run generate\`. -->
# Dataset formats

\`uscdf convert --from KIND --to KIND IN… -o OUT\` converts between USCDF (\`uscdf\`, all three files) and:

| kind | format | read | written |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
