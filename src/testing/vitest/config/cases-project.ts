import type { Plugin, TestProjectInlineConfiguration, ViteUserConfig } from "vitest/config";
import { OWN_FILES, REGISTER_URL } from "./own-files.ts";

type TestOptions = NonNullable<ViteUserConfig["test"]>;

/** The name of the project that the cases run in, as `--project` takes it. */
export const CASES_PROJECT = "cases";

/**
 * What cases take over of a person's settings of tests: where things are, how much runs at once, and
 * what the command line says. Setup files, environments and the like are about other tests.
 */
const KEPT: readonly (keyof TestOptions)[] = [
  "root",
  "dir",
  "exclude",
  "alias",
  "env",
  "deps",
  "api",
  "fileParallelism",
  "maxWorkers",
  "bail",
  "retry",
  "repeats",
  "sequence",
  "testNamePattern",
  "update",
  "passWithNoTests",
  "snapshotFormat",
  "resolveSnapshotPath",
  "expandSnapshotDiff",
  "slowTestThreshold",
  "logHeapUsage",
  "inspect",
  "inspectBrk",
];

/** Room for what one case makes, see `keepHeapSmall`; this part can be said at the start only. */
const SMALL_HEAP = ["--max-semi-space-size=4"];

/** What runs cases is loaded while the process waits to hear which. */
const LOADED_AHEAD = ["--import", REGISTER_URL];

interface CasesProject {
  readonly include: readonly string[];
  /** What makes modules of files of cases. */
  readonly loader: { readonly plugin: Plugin };
  /** Whose plugins and aliases the tools of cases need, too: see vitest's `extends`. */
  readonly extends: string | boolean;
  readonly name?: string;
}

/** The project that vitest runs cases in. */
export function casesProject({
  include,
  loader,
  extends: parent,
  name = CASES_PROJECT,
}: CasesProject): TestProjectInlineConfiguration {
  const own: TestOptions = {
    name,
    include: [...include],
    isolate: false,
    pool: "forks",
    // What is made of such a file depends on where this package is, which its content does not say.
    fsModuleCache: false,
    server: { deps: { external: [OWN_FILES] } },
  };
  const settings = {
    name: "llm-do:cases-settings",
    config(config: ViteUserConfig) {
      const { execArgv = [], ...test } = config.test ?? {};
      config.test = {
        ...picked(test),
        ...own,
        execArgv: [...SMALL_HEAP, ...LOADED_AHEAD, ...execArgv],
      };
    },
  };
  return { extends: parent, plugins: [settings, loader.plugin], test: { name } };
}

function picked(test: TestOptions): TestOptions {
  return Object.fromEntries(
    KEPT.flatMap((key) => (test[key] === undefined ? [] : [[key, test[key]]])),
  );
}

/** Whether a declared project is one of {@link casesProject}. */
export function isCasesProject(project: unknown): boolean {
  if (typeof project !== "object" || project === null || !("test" in project)) return false;
  const { test } = project as { readonly test?: { readonly name?: unknown } };
  return test?.name === CASES_PROJECT;
}
