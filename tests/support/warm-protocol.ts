/** What a process that runs command lines is asked for: one of them. */
export interface WarmRequest {
  readonly id: number;
  /** URL of the file that Node would be started with. */
  readonly program: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** What it came to. What it wrote ends with {@link endMark}, on both outputs. */
export interface WarmAnswer {
  readonly id: number;
  readonly code: number;
  /** The process has loaded code of a project, which another command line may find changed. */
  readonly isSpent: boolean;
}

/** Follows what a command line wrote. */
export function endMark(id: number): string {
  return `\0end of ${id}\0`;
}
