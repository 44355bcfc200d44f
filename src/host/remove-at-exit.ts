import { rmSync } from "node:fs";
import process from "node:process";

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
