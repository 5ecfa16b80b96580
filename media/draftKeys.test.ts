import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DRAFT_KEYS } from './draftKeys.ts';

const { contributes } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly keybindings: readonly Readonly<
      Partial<Record<'mac' | 'when', string>> & Record<'command' | 'key', string>
    >[];
  };
};

test.each(DRAFT_KEYS)(
  '$command has the title and the key that the help sheet names',
  ({ command, title, key, shown }) => {
    expect(contributes.commands.find((each) => each.command === command)?.title).toBe(title);
    const bound = contributes.keybindings.filter((each) => each.command === command);
    expect(bound.map((each) => [each.key, each.mac])).toEqual([[key, key.replace('ctrl', 'cmd')]]);
    expect(shown.toLowerCase()).toBe(key);
  },
);

test('no other command has a key of a draft, but for the one that saves a mask while it is drawn', () => {
  const keys = new Set(DRAFT_KEYS.map(({ key }) => key));
  const own = new Set(DRAFT_KEYS.map(({ command }) => command));
  const others = contributes.keybindings.filter(({ command, key }) => keys.has(key) && !own.has(command));
  expect(others.map(({ command, when }) => [command, when?.split(' && ')[0]])).toEqual([
    ['uscdf.mask.save', 'uscdf.drawing'],
  ]);
  const accept = contributes.keybindings.find(({ command }) => command === 'uscdf.acceptDraft');
  expect(accept?.when).toContain('!uscdf.drawing');
});

test('in a field the keys of a decision are those of the field', () => {
  const deciding = ['uscdf.acceptDraft', 'uscdf.rejectDraft', 'uscdf.editDraft'];
  const bound = contributes.keybindings.filter(({ command }) => deciding.includes(command));
  expect(bound).toHaveLength(deciding.length);
  for (const { when } of bound) expect(when).toContain('!uscdf.fieldFocused');
});
