/** Keys of labelling servers, in the editor's secret storage: one for each server, so that none is sent to another. */
import * as vscode from 'vscode';

const PREFIX = 'uscdf.labelling.key:';

export class Keys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  async of(endpoint: string): Promise<string | undefined> {
    return this.secrets.get(PREFIX + originOf(endpoint));
  }

  /** Asks for the key of a server; an empty one removes it. Resolves with whether something was changed. */
  async ask(endpoint: string): Promise<boolean> {
    const origin = originOf(endpoint);
    const key = await vscode.window.showInputBox({
      title: `The key for ${origin}`,
      prompt:
        'It is kept in the secret storage of the editor and sent to this server only. Leave it empty to remove it.',
      password: true,
      ignoreFocusOut: true,
    });
    if (key === undefined) return false;
    if (key.trim() === '') await this.secrets.delete(PREFIX + origin);
    else await this.secrets.store(PREFIX + origin, key.trim());
    return true;
  }
}

function originOf(endpoint: string): string {
  try {
    return new URL(endpoint).origin;
  } catch {
    return endpoint;
  }
}
