const NAMES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

/** What a reader sees of escaped HTML without elements. */
export function shownText(html: string): string {
  return html.replace(/&[a-z0-9#]+;/g, (entity) => NAMES[entity] ?? entity);
}
