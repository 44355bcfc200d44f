/** The first two columns of the first table below a heading of a Markdown text. */
export function tableBelow(markdown: string, heading: string): string[][] {
  return cellsBelow(markdown, heading).map(([key = "", expects = ""]) => {
    return [key.replaceAll("`", ""), expects];
  });
}

/** All columns of the same table as `rowsOf` has them: links become their text. */
export function rowsBelow(markdown: string, heading: string): string[][] {
  return cellsBelow(markdown, heading).map((cells) =>
    cells.map((cell) => cell.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")),
  );
}

function cellsBelow(markdown: string, heading: string): string[][] {
  const start = markdown.indexOf(`${heading}\n`);
  if (start < 0) throw new Error(`there is no heading ${heading}`);
  const section = markdown.slice(start + heading.length);
  const rows = /(?:^\|.*\n)+/m.exec(section)?.[0].trim().split("\n").slice(2) ?? [];
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
