import { join, relative, sep } from "node:path";
import { LlmDoError } from "../errors/llm-do-error.ts";
import { unwritable } from "../errors/unwritable.ts";
import type { Host } from "../host/host.ts";
import { PROJECT_CONFIG_FILE } from "./project-paths.ts";
import { schemaComment, schemaCommentOf } from "./schema-comment.ts";

/** What was done to one file. */
interface InitializedFile {
  /** Its name in the project's folder. */
  readonly file: string;
  /** The lines that it did not have. */
  readonly added: readonly string[];
}

/**
 * Makes a folder ready for a project: adds lines to `.gitattributes` and `.gitignore`, to an
 * `llm-do.yaml` that is there the one that tells editors of its schema, and changes nothing else.
 *
 * @param folder absolute; made where it is not there
 * @param workspaces absolute paths of folders that tests work in
 * @throws LlmDoError `file` when the folder is a file, or something cannot be written
 */
export function initProject(
  folder: string,
  workspaces: readonly string[],
  { files }: Pick<Host, "files">,
): readonly InitializedFile[] {
  const stat = files.stat(folder);
  if (stat && stat.kind !== "directory") throw cannotWrite(folder, "it is not a folder");
  const below = workspaces.flatMap((path) => {
    const short = relative(folder, path).split(sep).join("/");
    return short === "" || short.startsWith("../") || short === ".." ? [] : [short];
  });
  const changes: readonly FileChange[] = [
    ...gitFiles(below).map(({ file, ...wanted }) => ({
      file,
      change: (text: string) => withLines(text, { file, ...wanted }),
    })),
    ...(files.stat(join(folder, PROJECT_CONFIG_FILE))
      ? [
          {
            file: PROJECT_CONFIG_FILE,
            change: (text: string) =>
              withComment(text, schemaComment("project.schema.json", folder, { files })),
          },
        ]
      : []),
  ];
  return changes.map(({ file, change }) => {
    const path = join(folder, file);
    try {
      const { text, added } = change(files.stat(path) ? files.readText(path) : "");
      if (added.length > 0) files.write(path, text);
      return { file, added };
    } catch (error) {
      throw cannotWrite(path, unwritable(error, { path }).reason, error);
    }
  });
}

interface ChangedText {
  readonly text: string;
  /** The lines that it did not have. */
  readonly added: readonly string[];
}

interface FileChange {
  /** Its name in the project's folder. */
  readonly file: string;
  readonly change: (text: string) => ChangedText;
}

/** The text with the line on top that tells editors of its schema, unless it has such a line. */
export function withComment(text: string, comment: string): ChangedText {
  if (schemaCommentOf(text) !== undefined) return { text, added: [] };
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const [, mark = "", rest = ""] = /^(\uFEFF?)(.*)$/s.exec(text) ?? [];
  return { text: mark + comment + end + rest, added: [comment] };
}

function cannotWrite(what: string, reason: string, cause?: unknown): LlmDoError {
  const tries = ["name a folder that can be written: llm-do init DIR"];
  return new LlmDoError({ code: "file", verb: "write", what, reason, tries, cause });
}

/** Lines that a file of a project's folder should have. */
interface WantedLines {
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
export function withLines(text: string, { heading, lines }: WantedLines): ChangedText {
  const there = new Set(text.split("\n").map((line) => line.trim()));
  const added = lines.filter((line) => !there.has(line));
  if (added.length === 0) return { text, added };
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const broken = text === "" || text.endsWith("\n") ? text : text + end;
  const block = there.has(heading) ? added : [heading, ...added];
  const gap = broken === "" || there.has(heading) ? "" : end;
  return { text: broken + gap + block.map((line) => line + end).join(""), added };
}
