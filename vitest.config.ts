import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * More workers than cores where there are few: many tests wait for processes that they start. Vitest's
 * own choice is one less than the cores, which leaves a machine with two cores idle half of the time.
 */
const WORKERS = Math.max(3, availableParallelism() - 1);

/** Files that take a quarter of a minute or more, folders of such files, and the longest beside sources. */
const LONG =
  /node-processes\.test|yaml\/any-text|shell\/split-command|\/tests\/(?:docs\/pages|examples\/|testing\/(?:record|vitest|not-recorded|watch|shard|judge-live|vary|edit)|hardening\/(?:compare-strict|harden|shared-state)|cli\/(?:signals|terminal)|toolsets\/filesystem-confinement|sandbox\/|project\/any-project|programs\/compile|mcp\/serv)/;

/**
 * Starts long files first, so that no worker runs one alone at the end. Vitest knows how long files
 * took only where they ran before; in a clean clone it goes by their size.
 */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    // Unit and behaviour tests keep no state between files.
    isolate: false,
    maxWorkers: WORKERS,
    sequence: { sequencer: LongFirst },
    testTimeout: 30_000,
    // Node loads the code of projects that tests write, as it does for users. Vite resolves an import of
    // llm-do from there only once something else has imported it: a file run alone would fail.
    server: { deps: { external: [/\/llm-do-test-/] } },
  },
});
