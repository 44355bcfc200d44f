import { basename, relative } from "node:path";
import type { TestCase, TestModule } from "vitest/node";
import { sumSummaries } from "../../cassette/state/summary.ts";
import type { Host } from "../../host/host.ts";
import { type Html, html } from "../../report/html.ts";
import { sectionView } from "../../report/page.ts";
import { filterBar, pageFrame } from "../../report/page-frame.ts";
import {
  REPORT_STATES,
  type ReportData,
  type ReportState,
  type ReportTest,
} from "./report-data.ts";
import { summaryFacts } from "./summary.ts";
import { testCard } from "./test-card.ts";

/**
 * Writes the report of a run: one page that needs nothing else.
 *
 * @param path absolute
 */
export function writeReport(modules: readonly TestModule[], path: string, host: Host): void {
  host.files.write(path, reportPage(collectReport(modules, host)));
}

/** Gathers what a report shows from what the test runner knows. */
function collectReport(modules: readonly TestModule[], host: Host): ReportData {
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

/** The report of a run as an HTML page. */
function reportPage(data: ReportData): string {
  const { project, ended, tests } = data;
  const body = html`<header>
<h1><span class="mark ${hasFailed(tests) ? "failed" : "passed"}"></span>${project}</h1>
<p class="when">llm-do test, ended ${ended}</p>
${figures(tests)}
</header>
${filters(tests)}
<main>
${byFile(tests).map(([file, own]) => fileSection(file, own))}
<p class="nothing" hidden>No test fits.</p>
</main>`;
  return pageFrame({ title: `${project}: ${verdict(tests)}`, body, hasFilters: true });
}

function hasFailed(tests: readonly ReportTest[]): boolean {
  return tests.some(({ state }) => state === "failed");
}

function verdict(tests: readonly ReportTest[]): string {
  const failed = tests.filter(({ state }) => state === "failed").length;
  return failed === 0 ? "all passed" : `${failed} failed`;
}

function figures(tests: readonly ReportTest[]): Html {
  const summary = sumSummaries(tests.flatMap((test) => test.case?.summary ?? []));
  const seconds = tests.reduce((sum, test) => sum + test.durationMs, 0) / 1000;
  const all = `${tests.length}, ${verdict(tests)}, ${seconds.toFixed(2)} s`;
  const rows = [{ name: "Tests", value: all }, ...(summary ? summaryFacts(summary) : [])];
  return sectionView({ blocks: [{ kind: "facts", rows }] });
}

function filters(tests: readonly ReportTest[]): Html {
  const counts = REPORT_STATES.map((state) => ({
    state,
    text: `${state} ${tests.filter((test) => test.state === state).length}`,
  }));
  return filterBar(tests.length, counts);
}

function byFile(tests: readonly ReportTest[]): readonly [string, readonly ReportTest[]][] {
  return [...Map.groupBy(tests, ({ file }) => file)];
}

function fileSection(file: string, tests: readonly ReportTest[]): Html {
  return html`<section>
<h2>${file}</h2>
${tests.map(testCard)}
</section>
`;
}
