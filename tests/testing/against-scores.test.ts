import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { AgainstResult } from "../../src/testing/against/against-result.ts";
import { anthropicServer, type MessagesBody, type Reply } from "../support/anthropic-server.ts";
import { GitRepository } from "../support/git-repository.ts";
import { linkPackages } from "../support/vitest-project.ts";

const MODEL = "model: anthropic:claude-haiku-4-5";
const worker = (how: string) => `---\n${MODEL}\n---\nYou greet ${how}.\n`;
const judge = "expect: { judge: { worker: grader.worker, least: 0.5 } }";
const FILES = {
  "package.json": '{ "type": "module" }',
  "main.worker": worker("politely"),
  "grader.worker": `---\n${MODEL}\n---\nYou grade greetings.\n`,
  "main.cases.yaml": `cases:
  - { name: ada, input: I am Ada., ${judge} }
  - { name: bob, input: I am Bob., ${judge} }
  - { name: cy, input: I am Cy. }
`,
};

/** Plays the worker, who says the same whatever its prompt, and a judge with these scores. */
const played =
  (scores: Readonly<Record<string, number>>) =>
  (body: MessagesBody): Reply => {
    const name = /Ada|Bob|Cy/.exec(JSON.stringify(body.messages))?.[0] ?? "";
    const isJudge = JSON.stringify(body.system).includes("grade");
    const verdict = JSON.stringify({ reason: "So it is.", score: scores[name] });
    return { kind: "text", text: isJudge ? verdict : `Hello ${name}.` };
  };

test("judges' scores are shown where both sides have them", { timeout: 120_000 }, async () => {
  using repository = new GitRepository(FILES);
  linkPackages(repository.path, ["vitest", "zod", "vite"]);
  const record = async (scores: Readonly<Record<string, number>>) => {
    await using server = await anthropicServer(played(scores));
    const { code, stderr } = await repository.run(["test", "--mode", "record"], {
      env: server.env,
    });
    expect([code, stderr]).toEqual([0, expect.anything()]);
  };
  await record({ Ada: 0.6, Bob: 0.7 });
  repository.commit("The first prompt");
  repository.write({
    "main.worker": worker("warmly"),
    "grader.worker": `${FILES["grader.worker"]}Be fair.\n`,
  });
  await record({ Ada: 0.9, Bob: 0.7 });

  const { code, stdout } = await repository.runHere([
    "test",
    "--against",
    "HEAD",
    "--report",
    "a.html",
  ]);
  expect(stdout).toContain("main.cases.yaml > ada: passed\n  judge's score: 0.6 → 0.9\n");
  expect(stdout).not.toContain("> bob");
  expect(stdout).toMatch(/judges' mean score +0\.65 +0\.8 +\+23\.1 %/);
  expect(code).toBe(0);
  const page = readFileSync(join(repository.path, "a.html"), "utf8");
  expect(page).toContain("judge&#39;s score: 0.6 → 0.9");
  const markdown = await repository.runHere(["test", "--against", "HEAD", "--format", "markdown"]);
  expect(markdown.stdout).toContain("judges' mean score");
  const json = await repository.runHere(["test", "--against", "HEAD", "--format", "json"]);
  const result: AgainstResult = JSON.parse(json.stdout);
  expect(result.before.score).toBeCloseTo(0.65);
  expect(result.after.score).toBeCloseTo(0.8);
  expect(
    result.changed.map(({ name, before, after }) => [name, before.score, after.score]),
  ).toEqual([["ada", 0.6, 0.9]]);

  // A side without a judge has nothing to compare with.
  repository.write({
    "main.cases.yaml": FILES["main.cases.yaml"].replaceAll(/, expect: .* }$/gm, " }"),
  });
  const without = await repository.runHere(["test", "--against", "HEAD", "--allow-unused"]);
  expect(without.stdout).not.toContain("score");
});
