/** The walls of docs/architecture.md: imports point one way, core <- (server, cli, client, models/runtime). */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
module.exports = {
  forbidden: [
    forbid('no-circular', 'a cycle has no bottom to start reading from', {}, { circular: true }),
    forbid('core-is-pure', 'core knows no editor, no protocol, no process, no model', { path: '^core/', pathNot: '\\.test\\.ts$' }, { path: '^(server|client|cli|models|media|test)/|node_modules/(vscode-language|onnxruntime)|^vscode$' }),
    forbid('core-no-node', 'core runs in a web page too', { path: '^core/', pathNot: '(\\.test|/testing/.*)\\.ts$' }, { dependencyTypes: ['core'] }),
    forbid('nothing-imports-client', 'the client is the top', { pathNot: '^(client|test)/' }, { path: '^client/' }),
    forbid('nothing-imports-cli', 'the command is the top', { pathNot: '^(cli|test)/' }, { path: '^cli/' }),
    forbid('server-walls', 'the server is wiring over core and holds no model', { path: '^server/' }, { path: '^(client|cli|models|media)/' }),
    forbid('runtime-walls', 'the runtime knows core only', { path: '^models/runtime/' }, { path: '^(server|client|cli|media)/' }),
    forbid('cli-walls', 'the command needs no editor', { path: '^cli/' }, { path: '^(server|client|media)/|^vscode$', pathNot: '^server/(files|recordStream)\\.ts$' }),
    forbid('media-walls', 'a web page may import core only', { path: '^media/' }, { path: '^(server|client|cli|models)/|^vscode$' }),
    forbid('vscode-only-in-client', 'only the extension knows the editor', { pathNot: '^(client|test/workbench)/' }, { path: '^vscode$' }),
    forbid('onnx-only-in-runtime', 'a native crash must not reach the editor', { pathNot: '^models/runtime/' }, { path: 'node_modules/onnxruntime' }),
    forbid('not-to-test', 'nothing shipped imports a test', { path: '^(core|server|client|cli|models|media)/', pathNot: '\\.test\\.ts$' }, { path: '\\.test\\.ts$|^test/' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
