const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  apos: "'",
  euro: "€",
  gt: ">",
  lt: "<",
  nbsp: " ",
  quot: '"',
};

/**
 * What a person reads of a page of HTML. It is enough for pages that are text; a parser of HTML takes
 * its place where they are not.
 */
export function pageText(html: string): { readonly title: string; readonly text: string } {
  const title = /<title[^>]*>([\s\S]*?)<\/title>/i.exec(html)?.[1] ?? "";
  const text = html
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<(head|script|style|nav|noscript|template)\b[\s\S]*?<\/\1>/gi, "")
    .replace(/\s+/g, " ")
    .replace(/<(p|div|h[1-6]|li|tr|br|section|article)\b[^>]*>/gi, "\n")
    .replace(/<[^>]*>/g, "");
  const lines = decode(text)
    .split("\n")
    .map((line) => line.trim());
  return { title: decode(title).trim(), text: lines.filter((line) => line !== "").join("\n") };
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name?: string) => {
    if (code !== undefined) return String.fromCodePoint(Math.min(Number(code), 0x10ffff));
    return ENTITIES[name ?? ""] ?? whole;
  });
}
