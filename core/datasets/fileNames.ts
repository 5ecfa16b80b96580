/** Names for files from ids and names of datasets, which may hold anything; no two are the same, whatever their case. */
export class FileNames {
  private readonly taken = new Set<string>();

  free(wanted: string): string {
    const plain =
      wanted
        .replace(/[^\p{L}\p{N}._-]+/gu, '_')
        .replace(/^\.+/, '_')
        .slice(0, 150) || 'image';
    let name = plain;
    for (let n = 2; this.taken.has(name.toLowerCase()); n++) name = `${plain}-${n}`;
    this.taken.add(name.toLowerCase());
    return name;
  }
}

/** The last part of a path without its ending: what files that belong to a photograph are named by. */
export function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}
