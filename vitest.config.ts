import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/**
 * More workers than cores where there are few: many tests wait for processes that they start. Vitest's
 * own choice is one less than the cores, which leaves a machine with two cores idle half of the time.
 */
const WORKERS = Math.max(3, availableParallelism() - 1);

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    // Unit and behaviour tests keep no state between files.
    isolate: false,
    maxWorkers: WORKERS,
    testTimeout: 30_000,
    // Node loads the code of projects that tests write, as it does for users. Vite resolves an import of
    // llm-do from there only once something else has imported it: a file run alone would fail.
    server: { deps: { external: [/\/llm-do-test-/] } },
  },
});
