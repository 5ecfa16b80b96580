import { execFileSync } from 'node:child_process';

const windows = process.platform === 'win32';

// `npm test` hands its own settings down as npm_config_*; some would make a nested npm install into the wrong place or leave
// things out. What says how to reach the registry has to stay.
const reach = /^npm_config_(registry|.*proxy|ca|cafile|strict_ssl|cache|userconfig|globalconfig)$/i;

/**
 * The environment for a nested npm, or any other child that must not inherit the settings of the npm that runs us.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function npmEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name) || reach.test(name));
  return { ...Object.fromEntries(kept), npm_config_fund: 'false', npm_config_audit: 'false' };
}

/**
 * Runs npm and returns what it printed. Throws where npm fails; its complaints go to our stderr.
 *
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {string}
 */
export function npm(args, cwd) {
  const env = { ...npmEnvironment(), npm_config_loglevel: 'error' };
  const stdio = /** @type {const} */ (['ignore', 'pipe', 'inherit']);
  return execFileSync(windows ? 'npm.cmd' : 'npm', args, { cwd, env, encoding: 'utf8', stdio, shell: windows });
}

/**
 * Fetches one package into `folder/node_modules` and runs none of its install scripts.
 *
 * @param {string} name a name with its version, `@scope/name@1.2.3`
 * @param {string} folder
 */
export function fetchPackage(name, folder) {
  npm(['install', '--prefix', folder, '--ignore-scripts', '--no-save', name], folder);
}
