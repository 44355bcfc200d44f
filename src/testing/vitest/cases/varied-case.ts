import type { TestCase } from "../../cases/file/test-case.ts";
import type { CaseSettings } from "../../cases/run/run-case.ts";

/** The vitest that runs a file, whichever this package would find. */
export type TestRunner = Pick<typeof import("vitest"), "describe" | "expect" | "test">;

/** A case that is run in variations, each of them or all together a test. */
export interface VariedCase {
  readonly one: TestCase;
  readonly settings: CaseSettings;
  /** Of one run. */
  readonly timeoutMs: number;
  /** Runs the tests of this case alone. */
  readonly command: string;
  readonly runner: TestRunner;
}
