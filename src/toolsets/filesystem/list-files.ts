import { normalize, sep } from "node:path";
import { defaulted, objectSchema, text } from "../../functions/object-schema.ts";
import { type ApprovalRule, type Tool, tool } from "../../functions/tool.ts";
import { fileFailure } from "./file-failure.ts";
import { findFiles } from "./find-files.ts";
import { parseGlob } from "./glob.ts";
import type { WorkFolder } from "./work-folder.ts";

const input = objectSchema({
  path: defaulted(text("The folder to look in."), "."),
  pattern: defaulted(
    text(
      "What to look for below it: *, ?, [a-z], {one,other}, and ** for any number of folders. Names that begin with a dot need a pattern that does.",
    ),
    "**/*",
  ),
});

/** What a model is told of a folder. */
interface ListAnswer {
  /** Paths as the other tools take them, sorted; those of folders end with `/`. */
  readonly entries: readonly string[];
  /** Whether there is more. */
  readonly truncated: boolean;
  /** What is not in the list, and why; absent when it is whole. */
  readonly note?: string;
}

export function listFilesTool(folder: WorkFolder, inside: ApprovalRule): Tool {
  return tool({
    description:
      "List the files and folders in a folder, and in those below it, that match a pattern. Folders end with /.",
    input,
    effect: "local",
    approval: ({ path }) => folder.ruleOf(path, inside),
    admit: ({ path }) => folder.admitOf(path, "read_approval"),
    run: ({ path, pattern }): ListAnswer => {
      const parsed = parseGlob(pattern);
      if (parsed.kind === "invalid") throw fileFailure("list", path, parsed);
      const found = folder.operate("list", path, (target) =>
        findFiles(folder.files, target, parsed.glob),
      );
      const entries = found.entries.map((entry) => prefixOf(path) + entry);
      const answer = { entries, truncated: found.isCut };
      return found.notes.length === 0 ? answer : { ...answer, note: found.notes.join("; ") };
    },
  });
}

/** What stands in front of an entry, so that its path is one that the tools take. */
function prefixOf(path: string): string {
  const folder = normalize(path).replaceAll(sep, "/").replace(/\/$/, "");
  return folder === "." ? "" : `${folder}/`;
}
