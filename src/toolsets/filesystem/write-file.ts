import { hash } from "node:crypto";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import { objectSchema, required, text } from "../../functions/object-schema.ts";
import { type ApprovalRule, type Tool, tool } from "../../functions/tool.ts";
import { fileFailure, isMissing } from "./file-failure.ts";
import { isPlainText, MAX_FILE_BYTES } from "./text-file.ts";
import type { WorkFolder } from "./work-folder.ts";

const WRITE_INPUT = objectSchema({
  path: required(text("Path of the file.")),
  content: required(text("The whole new content of the file.")),
});

export function writeFileTool(folder: WorkFolder, inside: ApprovalRule): Tool {
  /** Whether the last look at a call, by its input, showed that it makes a new file. */
  const shownAsNew = new WeakMap<object, boolean>();
  return tool({
    description: "Write a text file, making its folders; replaces the file that is there.",
    input: WRITE_INPUT,
    effect: "local",
    approval: ({ path }) => folder.ruleOf(path, inside),
    admit: ({ path }) => folder.admitOf(path, "write_approval"),
    preview: (call) => {
      const before = contentBefore(folder, call.path);
      shownAsNew.set(call, before === undefined);
      return { kind: "file-change", path: folder.shown(call.path), before, after: call.content };
    },
    run: (call) => {
      const { path, content } = call;
      const reason = contentFlaw(path, content);
      if (reason !== undefined) throw fileFailure("write", path, { reason });
      folder.operate("write", path, (target) =>
        folder.files.write(target, Buffer.from(content, "utf8"), shownAsNew.get(call)),
      );
      // Not whether there was a file before: a replay runs this again, and there is one then.
      return `Wrote ${[...content].length} characters to ${path}`;
    },
  });
}

function contentFlaw(path: string, content: string): string | undefined {
  if (path.endsWith("/")) return "the path ends with /, as that of a folder does";
  if (!content.isWellFormed()) return "the content is not valid Unicode";
  if (content.includes("\0")) return "the content contains a NUL character, which no text has";
  if (Buffer.byteLength(content) > MAX_FILE_BYTES) {
    return `the content is larger than ${MAX_FILE_BYTES / 1024 ** 2} MiB`;
  }
  return undefined;
}

/** What a person compares the new content with; in parentheses where it is not a text. */
function contentBefore(folder: WorkFolder, path: string): string | undefined {
  try {
    const bytes = folder.operate("write", path, (target) =>
      folder.files.read(target, MAX_FILE_BYTES),
    );
    if (isPlainText(bytes)) return Buffer.from(bytes).toString("utf8");
    // So that another file in its place is another preview.
    return `(not text: ${bytes.length} bytes, SHA-256 ${hash("sha256", bytes)})`;
  } catch (error) {
    if (!isLlmDoError(error)) throw error;
    return isMissing(error) ? undefined : `(${error.reason})`;
  }
}
