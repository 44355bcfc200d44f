import process from "node:process";

/** What a library has set as this process's exit code; 0 where none has. */
export function exitCodeSoFar(): number {
  return Number(process.exitCode ?? 0);
}

/** Sets this process's exit code, where nothing has said yet that it is no success. */
export function raiseExitCode(code: number): void {
  if (code !== 0 && exitCodeSoFar() === 0) process.exitCode = code;
}
