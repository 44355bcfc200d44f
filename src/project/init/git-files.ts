/** Lines that a file of a project's folder should have. */
export interface WantedLines {
  readonly file: string;
  /** Stands above the lines that are added: why they are there. */
  readonly heading: string;
  readonly lines: readonly string[];
}

/**
 * What git is told of a project. Cassettes are text with the same line endings everywhere, since they
 * are compared and reviewed line by line; they are not `linguist-generated`, which would hide them in
 * a review. What goes to models and tools as it is must not be converted at all.
 *
 * @param workspaces folders of files that tests work in, relative to the project's, with slashes
 */
export function gitFiles(workspaces: readonly string[]): readonly WantedLines[] {
  const untouched = ["**/fixtures/**", "**/workspaces/**", ...workspaces.map(allBelow)];
  return [
    {
      file: ".gitattributes",
      heading:
        "# llm-do: recordings have the same line endings everywhere, and fixtures are not touched.",
      lines: [
        "*.worker text eol=lf",
        "*.cases.yaml text eol=lf",
        "**/cassettes/**/*.yaml text eol=lf",
        "**/cassettes/**/*.blobs/** -text",
        ...new Set(untouched.map((pattern) => `${pattern} -text`)),
      ],
    },
    {
      file: ".gitignore",
      heading: "# llm-do: runs of this machine, and recordings that were not finished.",
      lines: [
        ".llm-do/",
        "*.yaml.recording",
        "*.yaml.unfinished",
        "*.yaml.torn",
        "*.yaml.lock",
        "*.yaml.lock.*",
        "*.json.lock*",
        "*.jsonl.lock*",
        ".llm-do-*.tmp",
      ],
    },
  ];
}

/** The pattern of all files below a folder. Git wants quotes around blanks. */
function allBelow(folder: string): string {
  const below = `${folder.replace(/[\\*?[\]]/g, "\\$&")}/**`;
  return /[\s"]|^[!#]/.test(below) ? JSON.stringify(below) : below;
}

/**
 * A file's text with the lines that it does not have, at its end, in its own line endings. What is
 * there stays as it is.
 *
 * @param text empty for a file that is not there
 */
export function withLines(
  text: string,
  { heading, lines }: WantedLines,
): { readonly text: string; readonly added: readonly string[] } {
  const there = new Set(text.split("\n").map((line) => line.trim()));
  const added = lines.filter((line) => !there.has(line));
  if (added.length === 0) return { text, added };
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const broken = text === "" || text.endsWith("\n") ? text : text + end;
  const block = there.has(heading) ? added : [heading, ...added];
  const gap = broken === "" || there.has(heading) ? "" : end;
  return { text: broken + gap + block.map((line) => line + end).join(""), added };
}
