/** Arrow keys through the phrases of the caption and through the rows of the mask list. */

/** Moves the focus among the caption's phrases; whether the key was one of them. */
export function moveInCaption(list: HTMLElement, key: string): boolean {
  const places = [...list.querySelectorAll<HTMLElement>('[data-phrase]')];
  const at = places.indexOf(document.activeElement as HTMLElement);
  const to = at < 0 ? undefined : placeAfter(key, at, places.length);
  if (to === undefined) return false;
  places[to]?.focus();
  return true;
}

/** Moves the focus up and down the rows, and across the buttons of a row; whether the key was one of them. */
export function moveInRows(list: HTMLElement, key: string): boolean {
  const row = document.activeElement?.closest('li');
  if (row == null || !list.contains(row)) return false;
  const rows = [...list.children];
  const buttons = [...row.querySelectorAll<HTMLElement>('button')];
  const across = buttons.indexOf(document.activeElement as HTMLElement);
  if (key === 'ArrowRight' || key === 'ArrowLeft') {
    const to = across + (key === 'ArrowRight' ? 1 : -1);
    buttons[Math.max(0, Math.min(buttons.length - 1, to))]?.focus();
    return true;
  }
  const to = placeAfter(key, rows.indexOf(row), rows.length);
  if (to === undefined) return false;
  const others = rows[to]?.querySelectorAll<HTMLElement>('button');
  others?.[Math.min(across, others.length - 1)]?.focus();
  return true;
}

function placeAfter(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowRight' || key === 'ArrowDown') return (at + 1) % count;
  if (key === 'ArrowLeft' || key === 'ArrowUp') return (at + count - 1) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
