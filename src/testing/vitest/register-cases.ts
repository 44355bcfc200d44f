import { enableCompileCache } from "node:module";
import type { RegisteredCases } from "./tests-of-cases.ts";

/** Makes a test of each case of a file. The module that stands for a `*.cases.yaml` file calls it. */
export async function registerCases(registered: RegisteredCases): Promise<void> {
  // The process that runs cases is started anew each time. Half of its start is to compile code.
  enableCompileCache();
  const { testsOfCases } = await import("./tests-of-cases.ts");
  await testsOfCases(registered);
}
