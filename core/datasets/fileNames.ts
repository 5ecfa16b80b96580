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
