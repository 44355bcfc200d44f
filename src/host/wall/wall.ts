import type { FoundProgram } from "../processes/find-program.ts";

type MissingProgram = Extract<FoundProgram, { readonly kind: "missing" }>;

/**
 * A wall that the operating system keeps around programs: what they start is within it, too, and
 * nothing in it can take it down.
 */
export interface Wall {
  /**
   * Makes sure that a program could be started.
   *
   * @throws LlmDoError `configuration`, as `enter`
   */
  check(): Promise<void>;
  /**
   * Makes the command that runs a program behind the wall, with a temporary folder of its own as
   * `TMPDIR`. `leave` of the answer must be called when the program has ended.
   *
   * @throws LlmDoError `configuration` where this machine has no wall, or the rules cannot be kept
   */
  enter(call: WalledCall): Promise<WalledCommand | MissingProgram>;
}

/** What programs behind a wall may do. Paths are absolute, or begin with `~/`. */
export interface WallRules {
  /** Folders that they may write to, with all below. */
  readonly writable: readonly string[];
  /** Files and folders in there that they may not write to; what does not exist cannot be made. */
  readonly readOnly: readonly string[];
  /** The same, except that what does not exist can be made: others in here make it, too. */
  readonly readOnlyIfThere: readonly string[];
  /** Files and folders that they cannot read; all others they can. */
  readonly unreadable: readonly string[];
  /** Domains that they may reach: `a.org`, `*.a.org`, `a.org:443`. Empty: no network at all. */
  readonly network: readonly string[];
}

export interface WalledCall {
  /** The program as it was named. */
  readonly program: string;
  readonly arguments: readonly string[];
  /** Absolute path of the folder that it starts in. */
  readonly cwd: string;
  /** Where it is looked for. Default: `PATH` of this process. */
  readonly searchPath?: string | undefined;
  readonly signal?: AbortSignal;
}

export interface WalledCommand {
  readonly kind: "ready";
  readonly program: string;
  readonly arguments: readonly string[];
  /** Removes what was made for the program. Never throws. */
  leave(): void;
}
