import { join } from "node:path";
import { nodeHost } from "../../src/host/node-host.ts";
import { parseCases } from "../../src/testing/cases/file/parse-cases.ts";
import type { TestCase } from "../../src/testing/cases/file/test-case.ts";
import {
  type CaseOutcome,
  type CaseSettings,
  runCase,
} from "../../src/testing/cases/run/run-case.ts";
import { temporaryFolder, testHost } from "./host.ts";
import { writeFiles } from "./project.ts";

/** A folder with a project, whose cases can be run. */
export interface CaseProject extends Disposable {
  readonly path: string;
  /** How its cases are run. */
  readonly settings: CaseSettings;
  /** The first case of a text of cases. */
  read(cases: string): TestCase;
  /** Runs the first case of a text of cases. */
  run(cases: string, settings?: Partial<CaseSettings>): Promise<CaseOutcome>;
}

/** Makes a folder with these files; `answers.yaml` is the script that cases are recorded with. */
export function caseProject(files: Readonly<Record<string, string>>): CaseProject {
  const folder = temporaryFolder();
  writeFiles(folder.path, files);
  const { clock, processes } = nodeHost();
  const host = testHost({ cwd: folder.path, clock, processes });
  const base: CaseSettings = { mode: "replay", allowUnused: false, host, rerecord: "" };
  const read = (text: string) => {
    const [one] = parseCases(text, join(folder.path, "main.cases.yaml")).cases;
    if (!one) throw new TypeError("a file without cases");
    return one;
  };
  return {
    path: folder.path,
    settings: base,
    read,
    run: (text, settings = {}) => runCase(read(text), { ...base, ...settings }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** Records a case, then replays it. */
export async function recordThenReplay(
  project: CaseProject,
  cases: string,
): Promise<{ readonly recorded: CaseOutcome; readonly replayed: CaseOutcome }> {
  const recorded = await project.run(cases, { mode: "record" });
  return { recorded, replayed: await project.run(cases) };
}

/** What failed, as `kind: message`. */
export function failed({ failures }: CaseOutcome): readonly string[] {
  return failures.map(({ kind, message }) => `${kind}: ${message}`);
}
