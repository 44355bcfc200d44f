import { isLlmDoError, LlmDoError, type PlainErrorCode } from "./llm-do-error.ts";
import { messageOf } from "./message-of.ts";
import { codeOf } from "./system-error.ts";

interface Words {
  readonly reason: string;
  /** What a person can do about it. */
  readonly advice: string;
}

const IS_FULL = "free some space, then run it again";
const NAME_ANOTHER = "name a file in a folder that you may write to";

/** The system's errors about files, by their code. */
const WORDS: Readonly<Record<string, Words>> = {
  ENOSPC: { reason: "the disk is full", advice: IS_FULL },
  EDQUOT: { reason: "your disk quota is used up", advice: IS_FULL },
  EROFS: { reason: "the file system is read-only", advice: NAME_ANOTHER },
  EACCES: { reason: "permission denied", advice: NAME_ANOTHER },
  EPERM: { reason: "the system does not permit it", advice: NAME_ANOTHER },
  ENAMETOOLONG: { reason: "its name is too long", advice: "give it a shorter name" },
  ENOTDIR: { reason: "a part of its path is not a folder", advice: NAME_ANOTHER },
  EEXIST: { reason: "a part of its path is not a folder", advice: NAME_ANOTHER },
  EISDIR: { reason: "a folder stands there", advice: "name a file" },
  EFBIG: { reason: "it would be too large for this disk", advice: "name a file on another disk" },
  EIO: { reason: "the disk reports an error", advice: "check the disk, then run it again" },
  EMFILE: { reason: "too many files are open", advice: "run fewer processes at once" },
  ENFILE: { reason: "too many files are open", advice: "run fewer processes at once" },
};

interface UnwritableFile {
  /** As the person knows it. */
  readonly path: string;
  /** Default: `file`. */
  readonly code?: PlainErrorCode;
  /** What was attempted. Default: `write`. */
  readonly verb?: string;
  /** What holds now, as in `what stood there is unchanged`. Default: nothing is said of it. */
  readonly state?: string;
}

/**
 * The error for a file that the system did not let be written: why, in words, and what to do. Given
 * such an error, it makes one with another path, verb or code of it.
 *
 * @param cause the system's error, or what the writing of a file threw
 */
export function unwritable(
  cause: unknown,
  { path, code = "file", verb = "write", state }: UnwritableFile,
): LlmDoError {
  const { reason, tries } = isLlmDoError(cause) ? cause : wordsOf(cause, state);
  return new LlmDoError({ code, verb, what: path, reason, tries, cause });
}

/** Returns true for an error of the system about a file or a folder. */
export function isSystemFileError(error: unknown): error is Error & { readonly path?: unknown } {
  return error instanceof Error && "syscall" in error && Object.hasOwn(WORDS, codeOf(error) ?? "");
}

function wordsOf(cause: unknown, state: string | undefined) {
  const code = codeOf(cause);
  const words = code === undefined ? undefined : WORDS[code];
  const reason = words ? `${words.reason} (${code})` : messageOf(cause);
  return {
    reason: state === undefined ? reason : `${reason}; ${state}`,
    tries: [words?.advice ?? NAME_ANOTHER],
  };
}
