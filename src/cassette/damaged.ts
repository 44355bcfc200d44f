import { LlmDoError } from "../errors/llm-do-error.ts";

/** The error for a file that is not, or no longer, a cassette that can be read. */
export function damaged(
  path: string,
  reason: string,
  { line, cause }: { readonly line?: number; readonly cause?: unknown } = {},
): LlmDoError {
  return new LlmDoError({
    code: "cassette-damaged",
    verb: "read",
    what: path,
    reason,
    place: { file: path, ...(line === undefined ? {} : { line }) },
    tries: ["restore it from version control, or record it anew with --mode record"],
    cause,
  });
}
