const FENCE = "```";
const CLOSING = /^```[ \t]*$/;

/** The languages whose blocks are read, in lower case; a block without a name is read, too. */
const LANGUAGES = ["", "ts", "typescript", "js", "javascript"];

/** What a model exports although it was told not to: the file around it does that. */
const EXPORT = /^export (?=(?:async |function|const|let|class|type|interface)\b)/;

/**
 * The code in a model's answer: the longest fenced block of TypeScript, or of no named language; all of
 * the answer where there is none. Takes time in proportion to the answer's length.
 */
export function readCode(answer: string): string {
  const lines = answer.replaceAll("\r\n", "\n").split("\n");
  const [longest = lines] = fencedBlocks(lines).sort((left, right) => size(right) - size(left));
  return longest
    .map((line) => withoutTrailingSpace(line.replace(EXPORT, "")))
    .join("\n")
    .trim();
}

type Lines = readonly string[];

function fencedBlocks(lines: Lines): Lines[] {
  const blocks: Lines[] = [];
  let open: { readonly language: string; readonly from: number } | undefined;
  for (const [at, line] of lines.entries()) {
    if (open !== undefined) {
      if (!CLOSING.test(line)) continue;
      if (LANGUAGES.includes(open.language)) blocks.push(lines.slice(open.from, at));
      open = undefined;
    } else {
      if (!line.startsWith(FENCE) || line.includes("`", FENCE.length)) continue;
      const [language = ""] = line.slice(FENCE.length).trim().toLowerCase().split(/\s/, 1);
      open = { language, from: at + 1 };
    }
  }
  return blocks;
}

function size(lines: Lines): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

/** By steps: a pattern that ends in `$` would begin anew at each space of a long run. */
function withoutTrailingSpace(line: string): string {
  let end = line.length;
  while (line[end - 1] === " " || line[end - 1] === "\t") end--;
  return line.slice(0, end);
}
