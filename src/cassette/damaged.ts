import { LlmDoError } from "../errors/llm-do-error.ts";

interface Damage {
  readonly line?: number;
  readonly cause?: unknown;
  /** Default: get it back or record it anew. */
  readonly tries?: readonly string[];
}

/** The error for a file that is not, or no longer, a cassette that can be read. */
export function damaged(path: string, reason: string, damage: Damage = {}): LlmDoError {
  const { line, cause, tries } = damage;
  return new LlmDoError({
    code: "cassette-damaged",
    verb: "read",
    what: path,
    reason,
    place: { file: path, ...(line === undefined ? {} : { line }) },
    tries: tries ?? ["restore it from version control, or record it anew with --mode record"],
    cause,
  });
}
