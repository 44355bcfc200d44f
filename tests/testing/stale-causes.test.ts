import { describe, expect, test } from "vitest";
import { causeLines, groupByCause } from "../../src/cassette/miss/causes.ts";
import { runCli } from "../support/cli.ts";
import { drawingServer } from "../support/drawing-server.ts";
import { type VitestProject, vitestProject } from "../support/vitest-project.ts";

const worker = (thing: string) =>
  `---\nmodel: anthropic:claude-haiku-4-5\n---\nYou know about the ${thing}. Answer in one line.\n`;

const casesOf = (file: string, count: number) =>
  `files: [${file}]\ncases:\n${Array.from({ length: count }, (_, at) => `  - name: ${file.split(".")[0]} ${at}\n    input: Question ${at}?\n`).join("")}`;

/** 15 cases of one worker and two of another, recorded; then a word of each is changed. */
async function stale(): Promise<VitestProject> {
  await using server = await drawingServer({ text: "So it is." });
  const project = vitestProject({
    "main.worker": worker("sea"),
    "other.worker": worker("hills"),
    "main.cases.yaml": casesOf("main.worker", 15),
    "other.cases.yaml": casesOf("other.worker", 2),
  });
  const env = { ...server.env, LLM_DO_MODEL_REQUESTS: "on" };
  const { code, stderr } = await project.test(["--mode", "record"], { env });
  expect(code, stderr).toBe(0);
  project.write({ "main.worker": worker("moon"), "other.worker": worker("dales") });
  return project;
}

const MAIN = 'main.worker: its instructions changed ("sea" is now "moon"): 15 cases';
const OTHER = 'other.worker: its instructions changed ("hills" is now "dales"): 2 cases';
const CUT =
  "main 0, main 1, main 2, main 3, main 4, main 5, main 6, main 7, main 8, main 9, … and 5 more";
const ALL = "main 10, main 11, main 12, main 13, main 14";

test("what one change made stale is told once, with the cases below it", {
  timeout: 60_000,
}, async () => {
  using project = await stale();
  const { code, stderr, stdout } = await project.test();
  expect(code).toBe(3);
  const said = stderr + stdout;
  expect(stderr).toContain(`      Stale  ${MAIN}\n               ${CUT}\n`);
  expect(stderr).toContain(`      Stale  ${OTHER}\n               other 0, other 1\n`);
  // One whole report for each change, and the others in a line that names it.
  expect(said.match(/differs at: system/g)).toHaveLength(2);
  expect(said.match(/^ *FAIL .*main\.cases\.yaml > main \d+/gm)).toHaveLength(15);
  expect(said.match(/The report is that of the case "main 0"\./g)).toHaveLength(1);
  expect((await project.test(["--verbose"])).stderr).toContain(ALL);

  const status = (...words: readonly string[]) =>
    runCli(["cassette", "status", ...words], { cwd: project.path });
  const told = await status();
  expect(told.code).toBe(3);
  expect(told.stdout).toMatchInlineSnapshot(`
    "main.worker: its instructions changed ("sea" is now "moon"): 15 cases
      differs at: system
        You know about the [-sea-]{+moon+}. Answer in one line.
      main 0, main 1, main 2, main 3, main 4, main 5, main 6, main 7, main 8, main 9, … and 5 more
    other.worker: its instructions changed ("hills" is now "dales"): 2 cases
      differs at: system
        You know about the [-hills-]{+dales+}. Answer in one line.
      other 0, other 1
    17 cassettes: 17 not fresh
    recording 17 stale answers anew takes at least 493 tokens, $0.0011, by their own figures
    Try: record what is missing: llm-do test --mode auto
    "
  `);
  expect((await status("--verbose")).stdout).toContain(ALL);
  const one = await status("cassettes/main/main-3.yaml");
  expect(one.stdout).toContain("stale: main, exchange at line");
});

describe("causes", () => {
  test("come with what most have first, and each name as often as it has the cause", () => {
    const groups = groupByCause([
      { cause: "a", name: "1", details: ["  of a"] },
      { cause: "b", name: "1" },
      { cause: "b", name: "2", details: ["  of the second"] },
    ]);
    expect(groups).toEqual([
      { cause: "b", names: ["1", "2"], details: [] },
      { cause: "a", names: ["1"], details: ["  of a"] },
    ]);
  });

  test("name all cases where a cut would spare one name only", () => {
    const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);
    const lines = (count: number, isVerbose = false) =>
      causeLines({ cause: "x", names: names(count), details: [] }, { noun: "case", isVerbose });
    expect(lines(1)).toEqual(["x: 1 case", "  c0"]);
    expect(lines(11)[1]).toBe(`  ${names(11).join(", ")}`);
    expect(lines(12)[1]).toBe(`  ${names(10).join(", ")}, … and 2 more`);
    expect(lines(12, true)[1]).toBe(`  ${names(12).join(", ")}`);
  });

  test("show no control characters", () => {
    const group = { cause: "\u001b[31mx", names: ["a\nb"], details: [] };
    expect(causeLines(group, { noun: "case", isVerbose: false }).join("")).not.toContain("\u001b");
  });
});
