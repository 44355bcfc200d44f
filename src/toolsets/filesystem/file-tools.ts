import { hash } from "node:crypto";
import { isLlmDoError } from "../../errors/llm-do-error.ts";
import {
  defaulted,
  objectSchema,
  required,
  text,
  wholeNumber,
} from "../../functions/object-schema.ts";
import { type ApprovalRule, type Tool, tool } from "../../functions/tool.ts";
import { fileFailure, isMissing } from "./file-failure.ts";
import { isPlainText, MAX_FILE_BYTES, pieceOf } from "./text-file.ts";
import type { WorkFolder } from "./work-folder.ts";

/** As in the Python llm-do. */
const DEFAULT_MAX_CHARS = 20_000;

const READ_INPUT = objectSchema({
  path: required(text("Path of the file.")),
  max_chars: defaulted(wholeNumber("The most characters to read.", 1), DEFAULT_MAX_CHARS),
  offset: defaulted(wholeNumber("The character to begin with, counted from 0.", 0), 0),
});

/** What a model is told of a file. */
interface ReadAnswer {
  readonly content: string;
  /** Whether there is more after it. */
  readonly truncated: boolean;
  /** Characters (code points) of the whole file. */
  readonly total_chars: number;
  /** Where to go on; absent when there is no more. */
  readonly next_offset?: number;
}

export function readFileTool(folder: WorkFolder, inside: ApprovalRule): Tool {
  return tool({
    description:
      "Read a text file, or a piece of it. Not for binary files such as images and PDFs: those are passed as attachments.",
    input: READ_INPUT,
    effect: "local",
    approval: ({ path }) => folder.ruleOf(path, inside),
    admit: ({ path }) => folder.admitOf(path, "read_approval"),
    run: ({ path, max_chars, offset }): ReadAnswer => {
      const bytes = folder.operate("read", path, (target) =>
        folder.files.read(target, MAX_FILE_BYTES),
      );
      if (!isPlainText(bytes)) {
        const reason = "it is not UTF-8 text; pass a binary file as an attachment instead";
        throw fileFailure("read", path, { reason });
      }
      const { content, totalChars, nextOffset } = pieceOf(bytes, { offset, maxChars: max_chars });
      const answer = { content, truncated: nextOffset !== undefined, total_chars: totalChars };
      return nextOffset === undefined ? answer : { ...answer, next_offset: nextOffset };
    },
  });
}

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
