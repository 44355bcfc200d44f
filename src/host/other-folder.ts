import process from "node:process";

/** Makes another folder this process's current one, until it is disposed of. */
export function inFolder(path: string): Disposable {
  const before = process.cwd();
  process.chdir(path);
  return { [Symbol.dispose]: () => process.chdir(before) };
}
