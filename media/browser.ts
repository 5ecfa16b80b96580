/** The page of the dataset browser. */
import { mountBrowser } from './browser/page.ts';

if (typeof acquireVsCodeApi === 'function') mountBrowser(document.body, acquireVsCodeApi<unknown>());
