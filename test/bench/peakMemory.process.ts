/** Loaded before a program: says at its end, on its standard error, how much memory it held at most, in megabytes. */
import { writeSync } from 'node:fs';

process.on('exit', () => {
  writeSync(2, `\npeak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`);
});
