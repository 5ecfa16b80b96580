/** The entry of the server's process. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { Server } from './server.ts';

const connection = createConnection(ProposedFeatures.all);
new Server(connection);
connection.listen();
