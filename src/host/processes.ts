/** Starts programs. */
export interface Processes {
  /**
   * Starts a program with a list of arguments and resolves when it has ended. No shell has a part in
   * it. The program
   *
   * - is looked up as `sh` does: a name with a slash is a path from `cwd`, another one is searched
   *   for in `PATH`;
   * - reads an empty input, and gets the environment of the request, by default the person's without
   *   the variables whose names say that they hold a credential;
   * - leads a process group of its own. The group ends with it, at the time limit, when there is too
   *   much output, and when the signal aborts: first asked, then killed. What left the group on
   *   purpose lives on and is not waited for.
   *
   * Rejects with the signal's reason when that aborts, and with nothing else.
   */
  run(request: ProcessRequest): Promise<ProcessEnd>;
}

export interface ProcessRequest {
  /** The program as it was named. */
  readonly program: string;
  readonly arguments: readonly string[];
  /** All of its environment. Give it for what a model starts, see `programEnvironment`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Absolute path of the folder that it starts in. */
  readonly cwd: string;
  readonly timeoutMs: number;
  /** Of each of the two outputs that much is kept, from its beginning. */
  readonly keptBytes: number;
  /** The group is ended when it has written more than this, to both outputs together. */
  readonly writtenBytes: number;
  readonly signal: AbortSignal;
}

export type ProcessEnd =
  | {
      readonly kind: "ended";
      /** As a shell gives it: that of the program, or 128 and the number of the signal. */
      readonly exitCode: number;
      /** Why the group was ended from outside; undefined when the program ended by itself. */
      readonly stopped: "timeout" | "output" | undefined;
      readonly stdout: CapturedOutput;
      readonly stderr: CapturedOutput;
    }
  | {
      readonly kind: "not-started";
      /** As a shell gives it: 127 there is no such program, 126 it cannot be executed. */
      readonly exitCode: 126 | 127;
      readonly reason: string;
    };

export interface CapturedOutput {
  /** The beginning of what was written. */
  readonly head: Uint8Array;
  /** How much was written in all. */
  readonly totalBytes: number;
}
