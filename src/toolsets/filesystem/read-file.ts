import {
  defaulted,
  objectSchema,
  required,
  text,
  wholeNumber,
} from "../../functions/object-schema.ts";
import { type ApprovalRule, type Tool, tool } from "../../functions/tool.ts";
import { fileFailure } from "./file-failure.ts";
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
