import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runTest } from "../../src/testing/api/run-test.ts";
import { caseProject } from "../support/cases.ts";

const CASES = `
cases:
  - name: one
    input: on 2026-11-30
    cassette: one.yaml
    script: answers.yaml
`;

function project() {
  return caseProject({
    "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nAnswer.\n",
    "answers.yaml": "- Ask ada@example.com or 123456.\n",
  });
}

describe("a case whose recording is older than the rules", () => {
  async function recorded(rules: string) {
    const made = project();
    const { failures } = await made.run(CASES, { mode: "record" });
    expect(failures).toEqual([]);
    writeFileSync(join(made.path, "llm-do.yaml"), rules);
    return made;
  }

  test("passes with a volatile rule, on another day as well", async () => {
    using made = await recorded("volatile: ['\\d{4}-\\d\\d-\\d\\d']\n");
    for (const day of ["2026-11-30", "2027-01-01"]) {
      const { failures } = await made.run(CASES.replace("2026-11-30", day));
      expect(failures).toEqual([]);
    }
  });

  test.each(["replay", "auto"] as const)(
    "fails in %s with a redact rule, which it names",
    async (mode) => {
      using made = await recorded("redact: ['\\w+@example\\.com']\n");
      const before = readFileSync(join(made.path, "one.yaml"), "utf8");
      const { failures } = await made.run(CASES, { mode });
      expect(failures).toMatchObject([{ kind: "cassette" }]);
      const [{ message } = { message: "" }] = failures;
      expect(message).toContain(
        "the rule '\\w+@example\\.com' (llm-do.yaml:1) finds something at response[0].text",
      );
      expect(message).toMatch(
        /one\.yaml:\d+\nTry: llm-do cassette rekey .*one\.yaml\nTry: or those/,
      );
      expect(message).not.toContain("ada@");
      expect(readFileSync(join(made.path, "one.yaml"), "utf8")).toBe(before);
    },
  );

  test("fails with a secret that has come into it", async () => {
    using made = await recorded("redact: []\n");
    const path = join(made.path, "one.yaml");
    const key = ["sk", "ant", "api03", "q7Xw2Lr9TzK4vB8nPd3HsY6mJc1F"].join("-");
    writeFileSync(path, readFileSync(path, "utf8").replace("ada@example.com", key));
    const { failures } = await made.run(CASES);
    expect(failures[0]?.message).toContain("an Anthropic key");
    expect(failures[0]?.message).not.toContain(key);
  });

  test("fails as a test in TypeScript, too", async () => {
    using made = await recorded("redact: ['\\b\\d{6}\\b']\n");
    using run = await runTest({
      files: [join(made.path, "main.worker")],
      input: "on 2026-11-30",
      cassette: { path: join(made.path, "one.yaml"), mode: "replay" },
    });
    expect(run.error).toMatchObject({ code: "cassette-refused", exitCode: 3 });
    expect(run.error?.reason).toContain("would not be recorded today");
  });
});
