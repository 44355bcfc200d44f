import { resolve } from "node:path";
import type { Reporter, TestModule, Vitest } from "vitest/node";
import { isLlmDoError } from "../../../errors/llm-do-error.ts";
import type { Host } from "../../../host/host.ts";
import { raiseExitCode } from "../../../host/this-process.ts";
import { CASES_ENDING } from "../../cases/file/case-name.ts";
import type { TestCase } from "../../cases/file/test-case.ts";
import type { CaseReport } from "../../report/report-data.ts";
import { type FinishedCase, summaryText } from "../../report/summary.ts";
import { exitCodeOf, type FailureKind } from "../../run/failure.ts";
import { unusedFilesOf } from "../../status/cassette-folder.ts";

interface SummaryOptions {
  readonly host: Host;
  /** The file that the report goes to, as a person named it; undefined for none. */
  readonly report: string | undefined;
  /** Whether all cases of one cause are named. */
  readonly isVerbose: boolean;
}

/** Says what the cases of a run came to, beside whatever other reporters say of tests. */
export class SummaryReporter implements Reporter {
  readonly #options: SummaryOptions;

  /** Whether some cases were left out, so that what they use is not known. */
  #isFiltered = false;

  onInit({ config }: Vitest): void {
    this.#isFiltered = config.testNamePattern !== undefined;
  }

  constructor(options: SummaryOptions) {
    this.#options = options;
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const { host, report, isVerbose } = this.#options;
    const cases = modules.flatMap(casesIn);
    const text = summaryText(cases, host.stderr.columns, isVerbose);
    // Standard output is for reporters that a program may read.
    if (text !== "") host.stderr.write(`${text}\n`);
    const unrecorded = cases.filter(({ notRecorded }) => notRecorded !== undefined);
    // The runner takes them for skipped, which is a success.
    if (modules.every((module) => module.ok())) {
      raiseExitCode(exitCodeOf(unrecorded.flatMap(({ failures }) => failures.map(failureOf))));
    }
    if (!this.#isFiltered) await tellOrphans(modules, host);
    if (report === undefined || report === "") return;
    const { writeReport } = await import("../../report/write-report.ts");
    const path = resolve(host.cwd, report);
    await writeReport(modules, path, host);
    host.stderr.write(`the report is in ${report}\n`);
  }
}

function failureOf(kind: FailureKind) {
  return { kind };
}

/** Lists recordings in the folders of the files of cases that were run and that no case uses. */
async function tellOrphans(modules: readonly TestModule[], host: Host): Promise<void> {
  const files = modules.filter(({ moduleId }) => moduleId.endsWith(CASES_ENDING));
  if (files.length === 0) return;
  const used = new Set(files.flatMap(casesIn).map(({ cassette }) => cassette));
  // Mostly there is nothing, and to find that out takes a tenth of the time that loading the rest does.
  if (files.every(({ moduleId }) => unusedFilesOf(moduleId, used, host.files).length === 0)) return;
  const { orphansOf, orphanLines } = await import("../../status/orphans.ts");
  const candidates = files.flatMap(({ moduleId }) => orphansOf(moduleId, used, host));
  if (candidates.length === 0) return;
  // A case of another file may name one of them.
  const cases = await casesAround(host);
  if (!cases) return;
  const all = new Set(cases.map(({ cassette }) => cassette));
  const orphans = candidates.filter((path) => !all.has(path));
  const { renamedCases } = await import("../../status/renamed-case.ts");
  const lines = orphanLines(orphans, host, renamedCases(cases, host));
  for (const line of lines) host.stderr.write(`${line}\n`);
}

/** Undefined where a file of cases cannot be read: it may use any cassette. */
async function casesAround(host: Host): Promise<readonly TestCase[] | undefined> {
  const { CassetteUsers } = await import("../../status/cassette-users.ts");
  try {
    return new CassetteUsers(host).casesAround(host.cwd);
  } catch (error) {
    if (isLlmDoError(error)) return undefined;
    throw error;
  }
}

function casesIn(module: TestModule): readonly FinishedCase[] {
  return [...module.children.allTests()].flatMap((test) => {
    const report: CaseReport | undefined = test.meta().llmDo;
    return report ? [{ ...report, state: test.result().state }] : [];
  });
}
