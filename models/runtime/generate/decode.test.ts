import { describe, expect, it } from 'vitest';
import { DraftCancelledError } from '../errors.ts';
import { tensor } from '../sessions/session.ts';
import type { TextTokenizer } from '../tokenizer.ts';
import { type Decoded, type DecodeOptions, decode } from './decode.ts';
import type { DecoderDriver, Step } from './driver.ts';

const EOS = 2;

/** A model that knows its answer: token `t` is predicted by the state `[t]`. */
function speaking(tokens: readonly number[], perRun = 1): DecoderDriver & { readonly ended: () => number } {
  let ended = 0;
  return {
    ended: () => ended,
    begin: () => {
      let at = 0;
      return {
        next: async (limit) => {
          const steps: Step[] = [];
          while (steps.length < Math.min(limit, perRun)) {
            const tokenId = tokens[at++] ?? 5;
            steps.push({ tokenId, state: Float32Array.of(tokenId) });
            if (tokenId === EOS) break;
          }
          return steps;
        },
        end: () => {
          ended++;
        },
      };
    },
  };
}

const tokenizer: TextTokenizer = {
  encode: () => [],
  decode: () => '',
  reader: () => ({ next: (id) => `w${id} `, end: () => '!' }),
  tokenOf: () => undefined,
  idOf: () => undefined,
};

const PROMPT = { embeds: tensor('float32', new Float32Array(2), [1, 1, 2]), unseen: [] };
const write = (driver: DecoderDriver, options: Partial<DecodeOptions> = {}): Promise<Decoded> =>
  decode(PROMPT, {
    driver,
    tokenizer,
    eos: new Set([EOS]),
    maxTokens: 10,
    contextIsShort: false,
    stateAfter: false,
    onText: async () => undefined,
    ...options,
  });

const ids = ({ pieces }: Decoded) => pieces.map(({ tokenId }) => tokenId);
const states = (decoded: Decoded) => decoded.states.map((state) => state[0]);

describe('decode', () => {
  it.each([1, 3, 16])('ends with the end token, %i tokens a run', async (perRun) => {
    const driver = speaking([10, 11, 12, 13, EOS], perRun);
    const decoded = await write(driver);
    expect(ids(decoded)).toEqual([10, 11, 12, 13]);
    expect(states(decoded)).toEqual([10, 11, 12, 13, EOS]);
    expect(decoded.pieces.map(({ text }) => text).join('')).toBe('w10 w11 w12 w13 !');
    expect(decoded).toMatchObject({ finished: true });
    expect(decoded.note).toBeUndefined();
    expect(driver.ended()).toBe(1);
  });

  it.each([1, 4])('stops at the most tokens and says so, %i tokens a run', async (perRun) => {
    const decoded = await write(speaking([10, 11, 12, 13, 14, 15], perRun), { maxTokens: 4 });
    expect(ids(decoded)).toEqual([10, 11, 12, 13]);
    expect(decoded).toMatchObject({ finished: false, note: expect.stringContaining('after 4 tokens, the most') });
    const short = await write(speaking([10, 11, 12], perRun), { maxTokens: 2, contextIsShort: true });
    expect(short.note).toContain('context ends');
  });

  it.each([1, 3, 4, 16])(
    'feeds the last token once more where its own state is wanted, %i tokens a run',
    async (perRun) => {
      const decoded = await write(speaking([10, 11, 12, 13, 14, 15], perRun), { maxTokens: 4, stateAfter: true });
      expect(ids(decoded)).toEqual([10, 11, 12, 13]);
      expect(states(decoded)).toEqual([10, 11, 12, 13, 14]);
      expect(decoded.finished).toBe(false);
      const ended = await write(speaking([10, 11, 12, 13, EOS], perRun), { maxTokens: 4, stateAfter: true });
      expect(ended).toMatchObject({ finished: true });
      expect(states(ended)).toEqual([10, 11, 12, 13, EOS]);
    },
  );

  it('cuts off what repeats without end', async () => {
    const tokens = [10, 11, ...Array.from({ length: 30 }, () => [20, 21]).flat(), EOS];
    const decoded = await write(speaking(tokens, 16), { maxTokens: 100 });
    expect(ids(decoded)).toEqual([10, 11, 20, 21]);
    expect(decoded).toMatchObject({ finished: false, note: expect.stringContaining('over and over') });
  });

  it('stops a text without end', async () => {
    const long = { ...tokenizer, reader: () => ({ next: (id: number) => `${id}`.repeat(500), end: () => '' }) };
    const tokens = Array.from({ length: 200 }, (_, i) => 10 + i);
    const decoded = await write(speaking(tokens, 16), { maxTokens: 1000, tokenizer: long, stateAfter: true });
    expect(decoded.finished).toBe(false);
    expect(decoded.note).toContain('characters');
    expect(decoded.states.length).toBeGreaterThan(decoded.pieces.length);
  });

  it('gives the cache back when it is cancelled', async () => {
    const driver = speaking([]);
    const slow: DecoderDriver = {
      begin: (prompt) => {
        const decoding = driver.begin(prompt);
        return {
          next: async (limit) => {
            await new Promise((resolve) => setTimeout(resolve, 40));
            return decoding.next(limit);
          },
          end: () => decoding.end(),
        };
      },
    };
    const cancelled = write(slow, {
      onText: async () => {
        throw new DraftCancelledError();
      },
    });
    await expect(cancelled).rejects.toThrow(DraftCancelledError);
    expect(driver.ended()).toBe(1);
  });
});
