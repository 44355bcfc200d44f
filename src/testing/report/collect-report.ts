import { basename, relative } from "node:path";
import type { TestCase, TestModule } from "vitest/node";
import type { Host } from "../../host/host.ts";
import type { ReportData, ReportState, ReportTest } from "./report-data.ts";

/** Gathers what a report shows from what the test runner knows. */
export function collectReport(modules: readonly TestModule[], host: Host): ReportData {
  return {
    project: basename(host.cwd),
    ended: new Date(host.clock.nowMs()).toISOString().replace("T", " ").replace(/\..*/, " UTC"),
    tests: modules.flatMap((module) => testsIn(module, relative(host.cwd, module.moduleId))),
  };
}

function testsIn(module: TestModule, file: string): readonly ReportTest[] {
  const tests = [...module.children.allTests()].map((test) => testOf(test, file));
  const errors = module.errors().map(({ message }) => message);
  if (errors.length === 0) return tests;
  const broken = { file, name: "(the file)", state: "failed", durationMs: 0 } as const;
  return [{ ...broken, errors, case: undefined }, ...tests];
}

function testOf(test: TestCase, file: string): ReportTest {
  const { state, errors = [] } = test.result();
  return {
    file,
    name: test.fullName,
    state: stateOf(state),
    durationMs: test.diagnostic()?.duration ?? 0,
    errors: errors.map(({ message }) => message),
    case: test.meta().llmDo,
  };
}

function stateOf(state: ReturnType<TestCase["result"]>["state"]): ReportState {
  return state === "passed" || state === "failed" ? state : "skipped";
}
