// `npm start`: VS Code in the browser, with the extension installed and `samples/` open. It prints the address and serves
// until Ctrl-C. PORT in the environment chooses the port.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from '../test/workbench/harness/dependencies.mjs';
import { installVSCode } from '../test/workbench/harness/installVSCode.mjs';
import { installExtension, startServer, workbenchUrl } from '../test/workbench/harness/server.mjs';
import { openProfile, packagedExtension } from '../test/workbench/harness/session.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

ensureDependencies();
execFileSync(process.execPath, [join(root, 'scripts/package.mjs')], { cwd: root, stdio: 'inherit' });
const vscode = installVSCode();
const profile = openProfile();
installExtension(vscode, { vsix: packagedExtension(), ...profile });
const port = Number(process.env.PORT ?? 0);
const server = await startServer({ vscode, ...profile, port });
console.log(`
VS Code ${vscode.vscode} with USCDF serves at

    ${workbenchUrl(server, join(root, 'samples'))}

to this machine alone. Open it in a browser; stop it with Ctrl-C here.`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);

async function stop() {
  await server.stop();
  await profile.remove();
  process.exit(0);
}
