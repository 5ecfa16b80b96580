/**
 * Property tests draw the same cases in each run, so that a failure belongs to the change and not to the day. `USCDF_SEED=random npx vitest run` draws others each
 * time, `USCDF_SEED=NUMBER` those of a number.
 */
import fc from 'fast-check';

const DEFAULT_SEED = 2026;
const asked = process.env.USCDF_SEED ?? String(DEFAULT_SEED);
if (asked !== 'random') {
  const seed = Number(asked);
  if (!Number.isInteger(seed)) throw new Error(`USCDF_SEED is “${asked}”: give a whole number, or “random”.`);
  fc.configureGlobal({ seed });
}
