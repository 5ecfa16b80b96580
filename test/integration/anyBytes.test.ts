/** Any byte string as any of the three files: findings, never an exception, in bounded time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileKind } from '../../core/records/document.ts';
import { processorMs } from '../../core/testing/processorMs.ts';
import { anyAnswer, anyBrokenFile, anyBytes, anyKind, anyPieces } from './anyText.ts';
import { askEverything } from './everyFeature.ts';

/**
 * All generated inputs together, the same ones each time, so that a failure is the change's. To hunt further:
 * `USCDF_FUZZ_RUNS=1000000 USCDF_FUZZ_SEED=$RANDOM npx vitest run test/integration/anyBytes`.
 */
const RUNS = Number(process.env['USCDF_FUZZ_RUNS'] ?? 100_000);
const SEED = Number(process.env['USCDF_FUZZ_SEED'] ?? 1);
/** A small input takes about a millisecond; one that takes this long shows a search that grows beyond bounds. */
const MOST_MS = 5_000;

interface Input {
  readonly kind: FileKind;
  readonly bytes: Uint8Array;
}

const as = (bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Input> => fc.record({ kind: anyKind, bytes });

async function asksInTime({ kind, bytes }: Input): Promise<void> {
  const start = processorMs();
  await askEverything(kind, bytes);
  const took = processorMs() - start;
  if (took > MOST_MS) throw new Error(`It took ${Math.round(took)} ms.`);
}

const show = ({ kind, bytes }: Input): string => `${kind} ${JSON.stringify(new TextDecoder().decode(bytes))}`;

describe('any byte string is answered with findings', () => {
  const some: readonly (readonly [string, number, fc.Arbitrary<Input>])[] = [
    ['random bytes', 0.2, as(anyBytes)],
    ['pieces of the grammars', 0.25, as(anyPieces)],
    ['valid files after accidents', 0.3, as(anyBrokenFile)],
    ['answers of any pieces in a whole record', 0.25, anyAnswer],
  ];
  it.each(some)(
    '%s',
    async (name, share, inputs) => {
      const numRuns = Math.ceil(RUNS * share);
      const start = performance.now();
      const report = await fc.check(fc.asyncProperty(inputs, asksInTime), { numRuns, seed: SEED });
      console.log(`${name}: ${report.numRuns} inputs, seed ${SEED}, ${Math.round(performance.now() - start)} ms`);
      const [smallest] = report.counterexample ?? [];
      if (smallest !== undefined) expect.fail(`${show(smallest)}\n${report.errorInstance}\nseed ${SEED}`);
      expect(report.numRuns).toBe(numRuns);
    },
    3_600_000,
  );
});
