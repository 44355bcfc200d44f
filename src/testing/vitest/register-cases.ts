import { enableCompileCache } from "node:module";
import type { RegisteredCases } from "./cases/tests-of-cases.ts";

// The process that runs cases is started anew each time. Half of its start is to compile code.
enableCompileCache();

// Begun at once: the process loads this file before it hears which cases to run, and waits then.
const loading = import("./cases/tests-of-cases.ts");
loading.catch(() => undefined); // told to whoever registers cases

/** Makes a test of each case of a file. The module that stands for a `*.cases.yaml` file calls it. */
export async function registerCases(registered: RegisteredCases): Promise<void> {
  const { testsOfCases } = await loading;
  await testsOfCases(registered);
}
