/** Runs the grammars of this folder in the engine that VS Code uses, for the tests. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

export type GrammarName = 'text.uscdf' | 'text.uscdf.inline' | 'source.json.uscdf' | 'source.jsonl.uscdf';

/** A piece of one line with its scopes, outermost first, the grammar's own left out. */
export interface Token {
  readonly line: number;
  readonly text: string;
  readonly scopes: readonly string[];
}

const grammarFiles: Readonly<Record<string, string>> = {
  'text.uscdf': 'uscdf.tmLanguage.json',
  'text.uscdf.inline': 'uscdf-inline.tmLanguage.json',
  'source.json.uscdf': 'uscdf-json.tmLanguage.json',
  'source.jsonl.uscdf': 'uscdf-jsonl.tmLanguage.json',
};

/** Stands for VS Code's YAML grammar: keys, and quoted strings that run on over lines until they are closed. */
const yamlStub = {
  scopeName: 'source.yaml',
  patterns: [
    { match: '^\\s*([A-Za-z]+)(:)', captures: { 1: { name: 'entity.name.tag.yaml' } } },
    { begin: '"', end: '"', name: 'string.quoted.double.yaml' },
  ],
};

/** Tokens of `text`, line by line as an editor does it; an engine that gives up on a line throws. */
export async function tokenise(grammarName: GrammarName, text: string): Promise<Token[]> {
  const grammar = await loadGrammar(grammarName);
  const tokens: Token[] = [];
  let state = textmate.INITIAL;
  for (const [line, content] of text.split(/\r?\n/).entries()) {
    const result = grammar.tokenizeLine(content, state, 10_000);
    if (result.stoppedEarly) throw new Error(`Line ${line} took over ten seconds.`);
    state = result.ruleStack;
    for (const { startIndex, endIndex, scopes } of result.tokens) {
      const piece = content.slice(startIndex, endIndex);
      if (piece !== '') tokens.push({ line, text: piece, scopes: scopes.slice(1) });
    }
  }
  return tokens;
}

let registry: textmate.Registry | undefined;

async function loadGrammar(name: GrammarName): Promise<textmate.IGrammar> {
  registry ??= await createRegistry();
  const grammar = await registry.loadGrammar(name);
  if (grammar === null) throw new Error(`No grammar ${name}.`);
  return grammar;
}

async function createRegistry(): Promise<textmate.Registry> {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await oniguruma.loadWASM(readFileSync(wasm));
  return new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (scope) => {
      if (scope === 'source.yaml') return textmate.parseRawGrammar(JSON.stringify(yamlStub), 'yaml.json');
      const file = grammarFiles[scope];
      if (file === undefined) return null;
      return textmate.parseRawGrammar(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'), file);
    },
  });
}
