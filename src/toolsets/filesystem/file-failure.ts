import { isLlmDoError, LlmDoError } from "../../errors/llm-do-error.ts";
import { codeOf } from "../../errors/system-error.ts";
import { FileFault } from "../../host/confined/confined-files.ts";
import { MAX_FILE_BYTES } from "./text-file.ts";

export type FileVerb = "read" | "write" | "list";

/** Characters of a path that an error shows. */
const SHOWN_PATH = 200;

/** An error that a model is told and can act on. It names no path but the one that was given. */
export function fileFailure(
  verb: FileVerb,
  path: string,
  { reason, cause }: { reason: string; cause?: unknown },
): LlmDoError {
  return new LlmDoError({ code: "call", verb, what: shownPath(path), reason, cause });
}

interface Attempt {
  readonly verb: FileVerb;
  readonly path: string;
  /** What a model knows the root of the operation as. */
  readonly rootName: string;
}

/** Runs an operation on a path and explains what the file system has against it. */
export function explained<T>(attempt: Attempt, operate: () => T): T {
  try {
    return operate();
  } catch (error) {
    const reason = systemReason(error, attempt);
    if (reason === undefined) throw error;
    throw fileFailure(attempt.verb, attempt.path, { reason, cause: error });
  }
}

/** Whether an error says that nothing stands at a path, or on the way to it. */
export function isMissing(error: unknown): boolean {
  if (!isLlmDoError(error) || error.code !== "call") return false;
  return error.cause instanceof FileFault && error.cause.kind === "missing";
}

/** Why the file system refused something; undefined when it is not the file system's error. */
function systemReason(error: unknown, attempt: Attempt): string | undefined {
  if (error instanceof FileFault) return faultReason(error, attempt);
  const code = codeOf(error);
  if (code === undefined) return undefined;
  return SYSTEM_REASONS.get(code) ?? `the system reports ${code}`;
}

function faultReason({ kind, at }: FileFault, { verb, rootName }: Attempt): string {
  const place = at.length === 0 ? rootName : `"${at.join("/")}"`;
  switch (kind) {
    case "missing":
      return `${place} does not exist`;
    case "taken":
      return `it was to be a new file, and by now ${place} is there; try again`;
    case "link":
      return `${place} is a symbolic link, and links are not followed; give the path that it points to`;
    case "not-a-folder":
      return `${place} is not a folder${verb === "list" ? "; read a file with read_file" : ""}`;
    case "folder":
      return "it is a folder; list it with list_files";
    case "special":
      return "it is a pipe, a device or a socket, not a file";
    case "too-large":
      return `it is larger than ${MAX_FILE_BYTES / 1024 ** 2} MiB, the most that is read or written`;
    case "moved":
      return `${place} was moved or replaced at the same time; try again`;
  }
}

const SYSTEM_REASONS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "the disk is read-only"],
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk quota is used up"],
  ["ENAMETOOLONG", "the path is too long"],
  ["ENOTDIR", "a part of the path is not a folder"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "the path leads through links in a circle"],
]);

function shownPath(path: string): string {
  const short = path.length <= SHOWN_PATH ? path : `${path.slice(0, SHOWN_PATH)}…`;
  return short.replaceAll("\0", "\\0").toWellFormed();
}
