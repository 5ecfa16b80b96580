/** A font file, bundled as bytes: esbuild's `binary` loader, and a plugin of the same meaning in vitest.config.ts. */
declare module '*.woff' {
  const bytes: Uint8Array;
  // biome-ignore lint/style/noDefaultExport: the loader exports the bytes this way.
  export default bytes;
}
