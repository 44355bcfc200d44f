import process from "node:process";

/** What a library has set as this process's exit code; 0 where none has. */
export function exitCodeSoFar(): number {
  return Number(process.exitCode ?? 0);
}
