import { rmSync } from "node:fs";
import process from "node:process";

/** The path of the Node that runs this program, to start another one like it. */
export const NODE_PROGRAM: string = process.execPath;

/** What a library has set as this process's exit code; 0 where none has. */
export function exitCodeSoFar(): number {
  return Number(process.exitCode ?? 0);
}

/** Sets this process's exit code, where nothing has said yet that it is no success. */
export function raiseExitCode(code: number): void {
  if (code !== 0 && exitCodeSoFar() === 0) process.exitCode = code;
}

/** Makes another folder this process's current one, until it is disposed of. */
export function inFolder(path: string): Disposable {
  const before = process.cwd();
  process.chdir(path);
  return { [Symbol.dispose]: () => process.chdir(before) };
}

/** A folder that is gone when it is disposed of, and at the latest with this process. */
export function removeAtExit(path: string): Disposable & { readonly path: string } {
  const remove = () => rmSync(path, { recursive: true, force: true });
  process.once("exit", remove);
  return {
    path,
    [Symbol.dispose]() {
      process.off("exit", remove);
      remove();
    },
  };
}
