import type { DialectSettings } from '../manifest/generator.ts';
import { AnswerBuilder } from './answerBuilder.ts';
import type { Dialect } from './dialect.ts';
import { finish } from './finish.ts';
import { lex } from './lexer.ts';

/**
 * `Sure, it is [SEG].`, as LISA writes: the mask shows what was asked for, and its phrase is the question's referent. A
 * question that reasons names none: then the words before the mask are taken, and where they name nothing either the
 * mask keeps a word that says nothing.
 */
export function bareDialect({ seg }: Extract<DialectSettings, { kind: 'bare' }>): Dialect {
  return (generated) => {
    const builder = new AnswerBuilder(generated);
    for (const { kind, text, step } of lex(generated.pieces, { seg })) {
      if (kind === 'words') builder.words(text);
      else if (step === undefined) builder.repairs.spelt++;
      else {
        const from = { kind: 'tokens', steps: [step] } as const;
        if (builder.unmarked(from, 'referents')) continue;
        if (generated.referents.length === 0) builder.unnamed(from);
        else builder.repairs.masks++;
      }
    }
    return finish(builder, generated);
  };
}
