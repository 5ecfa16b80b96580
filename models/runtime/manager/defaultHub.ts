/** Where public models are fetched from unless the user names a mirror. */
export const DEFAULT_HUB = 'https://huggingface.co';
