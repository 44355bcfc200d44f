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
