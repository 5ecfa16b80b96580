/**
 * Milliseconds of processor time that this process has used so far, in all its threads. What a test takes by it does not depend on what else the machine does,
 * as the clock does.
 */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
