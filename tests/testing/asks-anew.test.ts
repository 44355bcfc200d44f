import { describe, expect, test } from "vitest";
import { caseProject, failed } from "../support/cases.ts";
import { modelServer } from "../support/model-server.ts";
import { writeFiles } from "../support/project.ts";

const worker = (how: string) => `---\nmodel: anthropic:claude-haiku-4-5\n---\nYou answer ${how}.\n`;
const CASES = "cases:\n  - { name: one, input: Go., expect: { output: good } }\n";
const rerecord = "llm-do test main.cases.yaml -t '^one$' --mode record";
const ADVICE = `Try: --mode record asks anew, --mode auto answers from what is recorded: ${rerecord}`;

describe("an answer that is not as expected", () => {
  test("is given again by auto, which says what asks anew", async () => {
    await using model = await modelServer(() => ["good"]);
    using project = caseProject({ "main.worker": worker("politely") });
    const host = { ...project.settings.host, env: model.env };
    const run = (mode: "auto" | "record" | "replay") =>
      project.run(CASES, { mode, host, rerecord });
    expect(failed(await run("record"))).toEqual([]);
    writeFiles(project.path, { "main.worker": worker("kindly") });
    model.answer = () => ["bad"];
    const [first = ""] = failed(await run("auto"));
    expect(first).toMatch(/^output: .*bad/s);
    expect(first).toContain("one.yaml.recording\n");
    expect(first.endsWith(`\n${ADVICE}`)).toBe(true);
    model.answer = () => ["good"];
    const [again = ""] = failed(await run("auto"));
    expect([again.includes("bad"), again.endsWith(`\n${ADVICE}`)]).toEqual([true, true]);
    expect(model.asked).toHaveLength(2);
    expect(failed(await run("record"))).toEqual([]);
    expect(failed(await run("replay"))).toEqual([]);
  });

  test("of a first recording is on record, and auto says what asks anew", async () => {
    await using model = await modelServer(() => ["bad"]);
    using project = caseProject({ "main.worker": worker("politely") });
    const host = { ...project.settings.host, env: model.env };
    const run = (mode: "auto" | "record") => project.run(CASES, { mode, host, rerecord });
    for (let attempt = 1; attempt <= 2; attempt++) {
      const [failure = ""] = failed(await run("auto"));
      expect(failure.endsWith(`\n${ADVICE}`)).toBe(true);
    }
    model.answer = () => ["good"];
    expect(failed(await run("record"))).toEqual([]);
    expect(model.asked).toHaveLength(2);
  });

  test("is told alone where nothing is recorded", async () => {
    await using model = await modelServer(() => ["bad"]);
    using project = caseProject({ "main.worker": worker("politely") });
    const host = { ...project.settings.host, env: model.env };
    await project.run(CASES, { mode: "record", host, rerecord });
    const [failure = ""] = failed(await project.run(CASES, { mode: "replay", host, rerecord }));
    expect(failure).toMatch(/^output: /);
    expect(failure).not.toContain("Try:");
  });
});
