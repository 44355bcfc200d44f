import type { TerminalCommand } from "../words/printable.ts";
import type { FileSystem } from "./file-system.ts";
import type { PipedProcesses } from "./piped-processes.ts";
import type { Processes } from "./processes.ts";
import type { ScratchFolders } from "./scratch-folders.ts";

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

interface Boot {
  /** Of the kernel; containers of one machine share it. */
  readonly id: string;
  /** Which process ids mean the same process. */
  readonly processes: string;
}
