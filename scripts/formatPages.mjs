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

\`uscdf convert --from KIND --to KIND IN… -o OUT\` converts between USCDF (\`uscdf\`, all three files) and the formats below. Photographs are named relative to the output: give its folder to a trainer as the root of its images.

| kind | format | read | written |
| --- | --- | --- | --- |
${rows.join('\n')}

## In the editor

*USCDF: Import…* and *USCDF: Export…*, in the palette and in the explorer's menu, ask for the kind (type a name, or a word of what it is), the files, for imports the folder of the photographs, the options, and where the result goes. \`uscdf.convert.images\` in the settings names folders
with photographs that are offered each time. The command runs in a process of its own; cancelling it leaves everything as it was. The result opens, and beside it the report where an item was rejected, changed or lost a part: Ctrl+click (Cmd+click) on an item opens its file there.
What is exported is what is on disk, so the editor asks about files with changes.

A key binding or another extension may call \`uscdf.import\` or \`uscdf.export\` with \`{"from": KIND, "to": KIND, "inputs": [PATH…], "output": PATH, "images": [FOLDER…], "set": ["name=value"…], "seed": N}\`, absolute paths; then nothing is asked, and the command returns the report's JSON.
`;
}
