/** The page's door: mounts itself where VS Code gives it an API, and lets a test mount it elsewhere. */
import { mountPreview } from './previewPage.ts';

export { mountPreview };

if (typeof acquireVsCodeApi === 'function') mountPreview(document.body, acquireVsCodeApi());
