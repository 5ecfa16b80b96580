/**
 * Asks `probe` again and again until it answers something, and returns that. Throws an error that says what was waited for.
 *
 * @template T
 * @param {string} what
 * @param {() => T | undefined | false | null | Promise<T | undefined | false | null>} probe
 * @param {{timeoutMs?: number, everyMs?: number}} [pace]
 * @returns {Promise<T>}
 */
export async function until(what, probe, { timeoutMs = 20_000, everyMs = 50 } = {}) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs / 1000} s in vain: ${what}.`);
    await new Promise((done) => setTimeout(done, everyMs));
  }
}
