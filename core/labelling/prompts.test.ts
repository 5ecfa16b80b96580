import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROMPT_NAMES, parsePrompt, promptMessages } from './prompts.ts';

const shipped = (name: string) => readFileSync(new URL(`prompts/${name}.md`, import.meta.url), 'utf8');

describe('prompts', () => {
  it.each(PROMPT_NAMES)('%s that ships is in order, and none of its comment is said', (name) => {
    const prompt = parsePrompt(name, shipped(name));
    if (!prompt.ok) throw new Error(prompt.message);
    const values = { box: '[box]', label: '[label]', objects: '[objects]', target: '[target]', findings: '[findings]' };
    const said = promptMessages(prompt.value, values);
    const text = said.map((message) => message.text).join('\n');
    expect(text).not.toMatch(/<!--|-->|\{\{|\}\}/);
    expect(text).toMatch(/\[(?:box|objects|findings)\]/);
    expect(said.map(({ role }) => role)).toEqual(name === 'again' ? ['user'] : ['system', 'user']);
  });

  it('are read with either line ending and without a system part', () => {
    const prompt = parsePrompt('object', 'Say what is at {{ box }}.\r\nBe short.\r\n');
    expect(prompt.ok && promptMessages(prompt.value, { box: '[1]' })).toEqual([
      { role: 'user', text: 'Say what is at [1].\nBe short.' },
    ]);
  });

  it('never read a value as a prompt', () => {
    const prompt = parsePrompt('root', '{{objects}}');
    expect(prompt.ok && promptMessages(prompt.value, { objects: '{{target}} <!-- a -->' })[0]?.text).toBe(
      '{{target}} <!-- a -->',
    );
  });

  it.each([
    ['', 'asks nothing'],
    ['<!-- {{box}} -->', 'asks nothing'],
    ['Say.', 'lacks {{box}}'],
    ['{{lable}} {{box}}', 'write {{label}}'],
    ['{{box}} {{image of it}}', 'write one of {{box}}, {{label}}'],
    ['x'.repeat(200_000), 'longer than'],
  ])('that are wrong say why: %#', (source, why) => {
    const prompt = parsePrompt('object', source);
    expect(prompt.ok ? '' : prompt.message).toContain(why);
  });
});
