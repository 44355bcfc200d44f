import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DATE_CODE, DATE_WORKER, datePairs, recordCalls } from "../hardening/hardening-project.ts";
import { anthropicServer, type MessagesBody, type Reply } from "../support/anthropic-server.ts";
import { runCli } from "../support/cli.ts";
import { folderWith } from "../support/cli-project.ts";
import { ComparedProject, slugOf, slugTool, titles } from "../support/compared-project.ts";
import { runHere } from "../support/in-process.ts";

const TIMEOUT_MS = 60_000;

/** What is asked last, as text. */
const lastText = ({ messages }: MessagesBody) => JSON.stringify(messages.at(-1)?.content);

const say = (text: string): Reply => ({ kind: "text", text });

/** An environment in which nothing is asked and nothing is recorded. */
const OFFLINE = { CI: "1", LLM_DO_MODEL_REQUESTS: "off" };

describe("commands record live answers, which replay offline", { timeout: TIMEOUT_MS }, () => {
  test("a run, and the case that test --add makes of it", async () => {
    await using server = await anthropicServer((body) => say(`You said ${lastText(body).length}.`));
    using folder = folderWith({
      "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nYou greet.\n",
      "package.json": '{ "type": "module" }',
    });
    const cwd = folder.path;
    const words = ["main.worker", "Hello.", "--cassette", "hello.yaml"];
    const ran = await runCli(words, { cwd, env: server.env });
    expect([ran.code, server.requests.length]).toEqual([0, 1]);
    const again = await runHere([...words, "--mode", "replay"], { cwd, env: OFFLINE });
    expect([again.code, again.stdout]).toEqual([0, ran.stdout]);

    const add = ["test", "--add", "hello.yaml", "--name", "greets"];
    const added = await runHere(add, { cwd, env: server.env });
    expect([added.code, added.stderr]).toEqual([0, ""]);
    expect((await runCli(["test"], { cwd, env: OFFLINE })).code).toBe(0);
    const anew = await runCli(["test", "--mode", "record"], { cwd, env: server.env });
    expect([anew.code, server.requests.length]).toEqual([0, 2]);
  });

  test("a run that is kept without a cassette, and the case that is made of it", async () => {
    await using server = await anthropicServer(() => say("Hello."));
    using folder = folderWith({
      "main.worker": "---\nmodel: anthropic:claude-haiku-4-5\n---\nYou greet.\n",
      "package.json": '{ "type": "module" }',
    });
    const cwd = folder.path;
    expect((await runHere(["main.worker", "Hi."], { cwd, env: server.env })).code).toBe(0);
    const add = ["test", "--add", "last", "--name", "greets"];
    expect((await runCli(add, { cwd, env: server.env })).code).toBe(0);
    expect((await runCli(["test"], { cwd, env: OFFLINE })).code).toBe(0);
    expect(server.requests).toHaveLength(1);
  });

  test("harden --synth", async () => {
    await using server = await anthropicServer(() => say(`\`\`\`ts\n${DATE_CODE}\n\`\`\`\n`));
    using folder = folderWith({ "iso_date.worker": DATE_WORKER, "package.json": "{}" });
    const cwd = folder.path;
    await recordCalls(cwd, { files: ["iso_date.worker"], pairs: datePairs(24) });
    const words = ["harden", "iso_date.worker", "--synth", "1", "--cassette", "code.yaml"];
    const made = await runCli(words, { cwd, env: server.env });
    expect([made.code, server.requests.length]).toEqual([0, 1]);
    const chosen = join(cwd, "hardening/iso_date/candidates/candidate-1.ts.txt");
    const candidate = readFileSync(chosen, "utf8");
    expect(candidate).toContain(DATE_CODE);
    writeFileSync(chosen, "");
    const replay = [...words, "--mode", "replay", "--force"];
    expect((await runHere(replay, { cwd, env: OFFLINE })).code).toBe(0);
    expect(readFileSync(chosen, "utf8")).toBe(candidate);
  });

  test("compare --judge", async () => {
    // The tool's answers end in -t: the judge prefers them, whichever letter they have.
    const answer = 'input.toLowerCase().replace(/[^a-z0-9]+/g, "-") + "-t"';
    using project = new ComparedProject({
      "slug.ts": slugTool(answer),
      "judge.worker":
        "---\nmodel: anthropic:claude-haiku-4-5\n---\nSay which is right: a, b, both or neither.\n",
    });
    await project.record({ inputs: titles(20), answer: slugOf });
    await using server = await anthropicServer((body) =>
      say(/Answer a:\\n[^\\]*-t\b/.test(lastText(body)) ? "a" : "b"),
    );
    const words = ["compare", "slug.worker", "slug.ts#slug", "--judge", "judge.worker"];
    const line = [...words, "--cassette", join(project.path, "judge.yaml")];
    const cwd = project.path;
    const compared = await runCli([...line, "--mode", "record"], { cwd, env: server.env });
    expect(compared.stderr).toBe("");
    const { judge } = project.report();
    const labels = judge?.labels ?? 0;
    expect(labels).toBeGreaterThan(0);
    expect(judge).toMatchObject({ better: labels, worse: 0, calibrated: false });
    expect(server.requests).toHaveLength(labels);
    const replay = [...line, "--mode", "replay"];
    const replayed = await runHere(replay, { cwd, env: { LLM_DO_MODEL_REQUESTS: "off" } });
    expect(replayed.stderr).toBe("");
    expect(project.report().judge).toEqual(judge);
    // In CI a program may be searching, and is told no count.
    expect((await runHere(replay, { cwd, env: OFFLINE })).stderr).toBe("");
    expect(project.report().judge).toBeUndefined();
  });
});
