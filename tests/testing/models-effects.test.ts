import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { anthropicServer } from "../support/anthropic-server.ts";
import { vitestProject } from "../support/vitest-project.ts";

const HAIKU = "anthropic:claude-haiku-4-5";
const SONNET = "anthropic:claude-sonnet-4-5";
const OPUS = "anthropic:claude-opus-4-5";

const FILES = {
  "main.worker": `---\nmodel: ${HAIKU}\ntoolsets: { pay: { _approval_config: { refund: { pre_approved: true } } } }\n---\nRefund.\n`,
  "tools.ts": `
import { tool, toolset } from "llm-do";
import { z } from "zod";
import { appendFileSync } from "node:fs";
export const pay = toolset({
  refund: tool({ description: "Refund.", input: z.object({ amount: z.number() }), effect: "external",
    run: ({ amount }) => { appendFileSync("log.txt", "REFUND " + amount + "\\n"); return "done"; } }),
});
`,
  "main.cases.yaml": "files: [main.worker, tools.ts]\ncases:\n  - { name: one, input: Go. }\n",
};

test("a case that is recorded with another model asks the model, and not the world again", {
  timeout: 120_000,
}, async () => {
  await using server = await anthropicServer(({ model, messages }) => {
    if (messages.length > 1) return { kind: "text", text: "Refunded." };
    const amount = model.includes("opus") ? 30 : 20;
    return { kind: "tool-call", name: "refund", input: { amount } };
  });
  using project = vitestProject(FILES);
  const models = (...names: readonly string[]) =>
    project.testHere(["--models", names.join(","), "--mode", "auto"], { env: server.env });
  const log = () => readFileSync(join(project.path, "log.txt"), "utf8");

  const first = await models(HAIKU, SONNET);
  expect(first.stdout).toContain(`${HAIKU}: main.cases.yaml: one: ran refund, for real\n`);
  expect(first.stdout).not.toContain(`${SONNET}: main.cases.yaml: one: ran`);
  expect([first.code, log()]).toEqual([0, "REFUND 20\n"]);
  const replayed = await project.testHere(["--models", `${HAIKU},${SONNET}`], { env: { CI: "1" } });
  expect(replayed).toMatchObject({ code: 0 });

  // Another call is not made, until the case says what answers it.
  const other = await models(OPUS);
  expect(other.stdout).toContain("its input changed (20 is now 30)");
  expect(other.stdout).toContain("effects: { refund: live }");
  expect([other.code, log()]).toEqual([3, "REFUND 20\n"]);
  project.write({
    "main.cases.yaml": `${FILES["main.cases.yaml"].slice(0, -3)}, effects: { refund: { output: done } } }\n`,
  });
  expect(await models(OPUS)).toMatchObject({ code: 0 });
  expect(log()).toBe("REFUND 20\n");
  expect(readdirSync(join(project.path, "cassettes/main")).toSorted()).toEqual([
    "one.yaml",
    "one@anthropic_claude-opus-4-5.yaml",
    "one@anthropic_claude-sonnet-4-5.yaml",
  ]);
});
