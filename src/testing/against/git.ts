import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";

/** A large repository takes minutes on a slow disk. */
const TIMEOUT_MS = 10 * 60_000;

/** The list of a repository with a million files is about 100 MB. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Nothing is asked of a person or a server, and messages are in the language that is read here. */
const QUIET = [
  "LC_ALL=C",
  "GIT_TERMINAL_PROMPT=0",
  "GIT_NO_LAZY_FETCH=1",
  "GIT_LFS_SKIP_SMUDGE=1",
  "GIT_OPTIONAL_LOCKS=0",
];

interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  /** The first line of what it said, without `fatal: `. */
  readonly problem: string;
}

/** Starts `git` in a folder. No shell has a part in it, and nothing of the repository is changed. */
export class Git {
  readonly #host: Host;
  readonly #signal: AbortSignal;
  /** Absolute. */
  readonly folder: string;

  constructor(folder: string, host: Host, signal: AbortSignal) {
    this.folder = folder;
    this.#host = host;
    this.#signal = signal;
  }

  /** The same in another folder. */
  in(folder: string): Git {
    return new Git(folder, this.#host, this.#signal);
  }

  /**
   * Runs git to its end, however it ends.
   *
   * @param index the index file to use in the place of the repository's own
   * @throws LlmDoError `usage` where there is no git
   */
  async ask(words: readonly string[], index?: string): Promise<GitAnswer> {
    // Inside of a hook GIT_INDEX_FILE names the index of the commit that is being made.
    const ownIndex = index === undefined ? ["-u", "GIT_INDEX_FILE"] : [];
    const variables = index === undefined ? QUIET : [...QUIET, `GIT_INDEX_FILE=${index}`];
    const ended = await this.#host.processes.run({
      program: "env",
      arguments: [...ownIndex, ...variables, "git", ...words],
      cwd: this.folder,
      timeoutMs: TIMEOUT_MS,
      keptBytes: MOST_BYTES,
      writtenBytes: MOST_BYTES,
      signal: this.#signal,
    });
    if (ended.kind === "not-started" || ended.exitCode === 126 || ended.exitCode === 127) {
      throw noGit();
    }
    const stderr = utf8(ended.stderr.head);
    const late = ended.stopped === undefined ? "" : `it was stopped (${ended.stopped})`;
    const first = stderr.split("\n").find((line) => line.trim() !== "") ?? "";
    return {
      exitCode: ended.stopped === undefined ? ended.exitCode : 1,
      stdout: utf8(ended.stdout.head),
      problem: late || first.replace(/^(?:fatal|error): /, ""),
    };
  }

  /**
   * Runs git, which must succeed.
   *
   * @param doing what is attempted, for the error: an infinitive
   * @throws LlmDoError `usage` with what git says
   */
  async must(words: readonly string[], doing: Doing): Promise<string> {
    const { exitCode, stdout, problem } = await this.ask(words, doing.index);
    if (exitCode === 0) return stdout;
    const { verb, what } = doing;
    const reason = `git ${words[0]} failed: ${problem || `exit code ${exitCode}`}`;
    throw new LlmDoError({
      code: "usage",
      verb,
      what,
      reason,
      tries: ["git fsck", "git --version"],
    });
  }
}

interface Doing {
  readonly verb: string;
  readonly what: string;
  readonly index?: string;
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function noGit(): LlmDoError {
  return new LlmDoError({
    code: "usage",
    verb: "start",
    what: "git",
    reason: "--against reads a revision with git, and there is no git in PATH",
    tries: ["install git", "git --version"],
  });
}
