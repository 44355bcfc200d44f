/** The rows of the first table below a heading of a Markdown text; links are their texts. */
export function rowsBelow(markdown: string, heading: string): string[][] {
  const start = markdown.indexOf(`${heading}\n`);
  if (start < 0) throw new Error(`there is no heading ${heading}`);
  const [table = ""] = /(?:^\|.*\n)+/m.exec(markdown.slice(start + heading.length)) ?? [];
  const rows = table.trim().split("\n").slice(2);
  return rows.map((row) =>
    row
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The first two columns of the first table below a heading of a Markdown text. */
export function tableBelow(markdown: string, heading: string): string[][] {
  const start = markdown.indexOf(`${heading}\n`);
  if (start < 0) throw new Error(`there is no heading ${heading}`);
  const section = markdown.slice(start + heading.length);
  const rows = /(?:^\|.*\n)+/m.exec(section)?.[0].trim().split("\n").slice(2) ?? [];
  return rows.map((row) => {
    const [, key = "", expects = ""] = row.split("|").map((cell) => cell.trim());
    return [key.replaceAll("`", ""), expects];
  });
}
