import { describe, expect, it } from 'vitest';
import { configJsonSchema, configProblems, parseConfig } from './config.ts';
import { allRules } from './rules/index.ts';

/** Each problem's words of the text, and its message. */
const problems = (text: string) =>
  configProblems(text).map(({ span, message }) => [text.slice(span.start, span.end), message] as const);

describe('a config file', () => {
  it('is read with its severities and its format', () => {
    const text = '{"rules": {"draft": "off"}, "format": {"oxfordComma": false, "imagePlaceholder": "<IMAGE>"}}';
    expect(parseConfig(text)).toEqual({ ok: true, value: JSON.parse(text) });
    expect(configProblems(text)).toEqual([]);
  });

  it('says at each mistake what is meant', () => {
    const text =
      '{\n "rules": {"empty-frase": "hint", "draft": "fatal"},\n "fromat": {},\n "format": {"oxfordComma": 1}\n}';
    expect(problems(text)).toEqual([
      ['"empty-frase"', expect.stringMatching(/no rule "empty-frase"; did you mean "empty-phrase"\?/)],
      ['"fatal"', expect.stringMatching(/"rules\.draft" must be one of "off", "hint".*none of this file's settings/)],
      ['"fromat"', expect.stringContaining('did you mean "format"?')],
      ['1', expect.stringContaining('"format.oxfordComma" must be true or false')],
    ]);
  });

  it('that does not parse says so at the place', () => {
    const [[words, message] = [], ...others] = problems('{"rules": {"draft" "off"}}');
    expect(others).toEqual([]);
    expect(words).toBe('"off"');
    expect(message).toContain("none of this file's settings hold");
  });

  it.each(['', '{', '[]', '17', 'null', '['.repeat(100_000), '{"rules": []}', '{"__proto__": {}}', '\ud800'])(
    'of any text is refused with a sentence: %.20s',
    (text) => {
      const config = parseConfig(text, 'here.json');
      expect(config).toMatchObject({ ok: false, message: expect.stringMatching(/^here\.json: \S/) });
      expect(configProblems(text).length).toBeGreaterThan(0);
    },
  );
});

it('has a JSON schema that names and explains every rule', () => {
  const schema = configJsonSchema() as {
    properties: { rules: { properties: Record<string, { description: string }> } };
  };
  const { properties } = schema.properties.rules;
  expect(Object.keys(properties)).toEqual(allRules.map(({ code }) => code));
  for (const { code, summary } of allRules) expect(properties[code]!.description).toContain(summary);
  expect(schema).toMatchObject({ additionalProperties: false, properties: { rules: { additionalProperties: false } } });
});
