import type { TerminalCommand } from "../words/printable.ts";
import type { FileSystem, ScratchFolders } from "./files/file-system.ts";

/**
 * The world outside the program. Everything that makes two runs differ is reached through here, so
 * that a test or a replay can put something else in its place.
 */
export interface Host {
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** A new id, unique among all processes. */
  readonly createId: () => string;
  readonly env: Environment;
  /** Absolute path of the folder that relative paths are resolved against. */
  readonly cwd: string;
  readonly processId: number;
  readonly isProcessAlive: (processId: number) => boolean;
  readonly machine: Machine;
  readonly files: FileSystem;
  readonly scratch: ScratchFolders;
  readonly processes: Processes;
  readonly pipedProcesses: PipedProcesses;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Input;
  /**
   * Imports a code file by its absolute path. Absent: Node's own import does. A test runner that
   * transforms, watches and covers files brings its own.
   */
  readonly importCode?: (path: string) => Promise<Readonly<Record<string, unknown>>>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
  /** Milliseconds since an arbitrary moment; never goes back. */
  monotonicMs(): number;
  /** Resolves after `durationMs`; rejects with the signal's reason when it aborts first. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
}

export interface Output {
  /**
   * Writes a text. A terminal shows escapes in the place of what would steer it; a pipe or a file gets
   * the text as it is. Only a {@link TerminalCommand} steers a terminal.
   */
  write(text: string | TerminalCommand): void;
  readonly isTerminal: boolean;
  /** Width of the terminal in characters; 80 where there is none. */
  readonly columns: number;
  /** Lines that the terminal shows at once. Default: 24. */
  readonly rows?: number;
}

export interface Input {
  readonly isTerminal: boolean;
  /** Everything up to the end of the input, decoded as UTF-8. */
  readAll(): Promise<string>;
  /**
   * The next line that a person types, without its end; undefined when the input has ended. Rejects
   * with the signal's reason when it aborts first.
   */
  readLine(signal: AbortSignal): Promise<string | undefined>;
}

/** What tells processes of this machine from those of others, and of other times. */
export interface Machine {
  /** The name that it has among others; each container has its own. */
  readonly name: string;
  /**
   * What differs after each start of the machine, and in containers that see other processes;
   * undefined where the system does not say.
   */
  readonly boot: Boot | undefined;
  /**
   * When a process began, to be compared and not to be read: it tells a process from a later one of
   * its id. Undefined where the system does not say.
   */
  startOf(processId: number): string | undefined;
}

export interface Boot {
  /** Of the kernel; containers of one machine share it. */
  readonly id: string;
  /** Which process ids mean the same process. */
  readonly processes: string;
}

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

/** Starts programs that one talks to while they run. */
export interface PipedProcesses {
  /**
   * Starts a program, looked up as `sh` does, as the leader of a process group of its own. The group
   * ends with this process at the latest.
   *
   * @throws Error with a sentence that says why it did not start
   */
  start(request: PipedRequest): Promise<PipedProcess>;
}

export interface PipedRequest {
  /** The program as it was named. */
  readonly program: string;
  readonly arguments: readonly string[];
  /** Absolute path of the folder that it starts in. */
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told of what it writes to its standard output, piece by piece. */
  readonly onOutput: (piece: Buffer) => void;
  /** Told once, when the program is gone. */
  readonly onEnd: (exitCode: number) => void;
}

export interface PipedProcess {
  /** Resolves when the pipe takes more; what is written to a program that is gone is lost. */
  write(text: string): Promise<void>;
  /** The end of what it wrote to its standard error. */
  readonly errorTail: string;
  /** Closes its input, waits a moment, and ends whatever is left of the group. Never rejects. */
  end(): Promise<void>;
}
