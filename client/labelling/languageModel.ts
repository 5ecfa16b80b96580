/** The editor's own language models, such as those of Copilot or of another extension. */
import * as vscode from 'vscode';
import type { EditorQuestion } from '../../core/labelling/channel.ts';

/** Of newer editors only; those before cannot show a model a picture. */
interface PictureParts {
  readonly image: (data: Uint8Array, mime: string) => vscode.LanguageModelTextPart;
}

const JUSTIFICATION = 'to caption the objects of photographs for a dataset';

/** Makes the picture of a message; `undefined` where this editor cannot show a model any. */
function pictureParts(): PictureParts | undefined {
  return (vscode as unknown as { readonly LanguageModelDataPart?: PictureParts }).LanguageModelDataPart;
}

/** Whether this editor can show a model a picture. */
export function takesPictures(): boolean {
  return pictureParts() !== undefined;
}

/** Asks a model once. Rejects with an error whose message is a sentence for people. */
export async function askLanguageModel(
  model: vscode.LanguageModelChat,
  question: EditorQuestion,
  token: vscode.CancellationToken,
): Promise<string> {
  try {
    const response = await model.sendRequest(messagesOf(question), { justification: JUSTIFICATION }, token);
    let text = '';
    for await (const piece of response.text) text += piece;
    return text;
  } catch (error) {
    if (!(error instanceof vscode.LanguageModelError)) throw error;
    const why = error.message === '' ? error.code : error.message;
    throw new Error(
      `${model.name} gives no answer (${why}): allow it for this extension, or choose another model; what was answered before is kept.`,
    );
  }
}

/** Editors know no system's role; what it says goes before the question. */
function messagesOf({ messages }: EditorQuestion): vscode.LanguageModelChatMessage[] {
  const pictures = pictureParts();
  return messages.map(({ role, text, images }) => {
    if (role === 'assistant') return vscode.LanguageModelChatMessage.Assistant(text);
    const shown = images.map((image) => {
      if (pictures === undefined)
        throw new Error('This editor cannot show its language models pictures: update it, or label by a server.');
      return pictures.image(Buffer.from(image, 'base64'), 'image/jpeg');
    });
    return vscode.LanguageModelChatMessage.User([...shown, new vscode.LanguageModelTextPart(text)]);
  });
}
