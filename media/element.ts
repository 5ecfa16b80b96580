/** Builds the page's nodes. Text goes in as text: nothing of a record is ever read as markup. */

export interface ElementParts {
  readonly id?: string;
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export type Child = Node | string | undefined;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  parts: ElementParts = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  if (parts.id !== undefined) node.id = parts.id;
  if (parts.class !== undefined) node.className = parts.class;
  if (parts.text !== undefined) node.textContent = parts.text;
  if (parts.title !== undefined) node.title = parts.title;
  for (const [name, value] of Object.entries(parts.attributes ?? {})) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== undefined));
  return node;
}
