import { resolve } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { raiseExitCode } from "../../host/exit-code.ts";
import type { Host } from "../../host/host.ts";
import { exitCodeOf, type FailureKind } from "../run/failure.ts";
import type { CaseReport } from "./case-report.ts";
import { type FinishedCase, summaryText } from "./summary.ts";

export interface SummaryOptions {
  readonly host: Host;
  /** The file that the report goes to, as a person named it; undefined for none. */
  readonly report: string | undefined;
  /** Whether all cases of one cause are named. */
  readonly isVerbose: boolean;
}

/** Says what the cases of a run came to, beside whatever other reporters say of tests. */
export class SummaryReporter implements Reporter {
  readonly #options: SummaryOptions;

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
      raiseExitCode(exitCodeOf(unrecorded.flatMap(({ failures }) => failures.map(kindOf))));
    }
    if (report === undefined || report === "") return;
    const { writeReport } = await import("../report/write-report.ts");
    const path = resolve(host.cwd, report);
    await writeReport(modules, path, host);
    host.stderr.write(`the report is in ${report}\n`);
  }
}

function kindOf(kind: FailureKind) {
  return { kind };
}

function casesIn(module: TestModule): readonly FinishedCase[] {
  return [...module.children.allTests()].flatMap((test) => {
    const report: CaseReport | undefined = test.meta().llmDo;
    return report ? [{ ...report, state: test.result().state }] : [];
  });
}
