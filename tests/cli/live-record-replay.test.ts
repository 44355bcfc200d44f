import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { anthropicServer } from "../support/anthropic-server.ts";
import { runCli } from "../support/cli.ts";
import { runCliHere } from "../support/cli-here.ts";
import { temporaryFolder } from "../support/host.ts";

const WORKER = `---
model: anthropic:claude-haiku-4-5
---
You greet people in one plain sentence.
`;

const ANSWER = "Guten Tag, Ada – schön, dass du da bist. ✓\nSecond line.";

function project() {
  const folder = temporaryFolder();
  writeFileSync(join(folder.path, "main.worker"), WORKER);
  return folder;
}

const key = { ANTHROPIC_API_KEY: "test-key-that-is-not-real" };
const run = ["main.worker", "Hello.", "--cassette", "cassettes/hello.yaml"];

describe("a run against a server that speaks Anthropic's protocol", () => {
  test("records a cassette that replays to the same bytes when the server is gone", async () => {
    using folder = project();
    const server = await anthropicServer([{ kind: "text", text: ANSWER }]);
    const env = { ...key, ANTHROPIC_BASE_URL: server.url };
    const recorded = await runCli(run, { cwd: folder.path, env });
    expect(recorded).toMatchObject({ code: 0, stdout: `${ANSWER}\n` });
    expect(recorded.stderr).toBe("cassette: served 0, live 1, missed 0, unused 0\n");
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      model: "claude-haiku-4-5",
      stream: true,
      messages: [{ role: "user", content: [{ type: "text", text: "Hello." }] }],
    });
    await server.close();
    const replayed = await runCli([...run, "--mode", "replay"], { cwd: folder.path });
    expect(replayed).toMatchObject({ code: 0, stdout: recorded.stdout });
    expect(replayed.stderr).toContain("served 1, live 0, missed 0, unused 0");
  });

  test("exits with 3 after a changed word, and names the word", async () => {
    using folder = project();
    await using server = await anthropicServer([{ kind: "text", text: ANSWER }]);
    const env = { ...key, ANTHROPIC_BASE_URL: server.url };
    await runCliHere(run, { cwd: folder.path, env });
    writeFileSync(join(folder.path, "main.worker"), WORKER.replace("plain", "cheerful"));
    const replayed = await runCliHere([...run, "--mode", "replay"], { cwd: folder.path });
    expect(replayed).toMatchObject({ code: 3, stdout: "" });
    expect(replayed.stderr).toContain("[-plain-]{+cheerful+}");
    expect(replayed.stderr).toContain("instructions");
    expect(replayed.stderr).toContain("--mode record");
  });

  test("replays where CI is set, without being told", async () => {
    using folder = project();
    await using server = await anthropicServer([]);
    const env = { ...key, ANTHROPIC_BASE_URL: server.url, CI: "true" };
    const result = await runCliHere(run, { cwd: folder.path, env });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain("there is no such cassette");
    expect(server.requests).toHaveLength(0);
  });

  test("records what is missing and answers the rest from the cassette in auto", async () => {
    using folder = project();
    await using server = await anthropicServer([
      { kind: "text", text: "One." },
      { kind: "text", text: "Two." },
    ]);
    const env = { ...key, ANTHROPIC_BASE_URL: server.url };
    const again = run.with(1, "Hello again.");
    for (const args of [run, again, run, again]) await runCliHere(args, { cwd: folder.path, env });
    expect(server.requests).toHaveLength(2);
    const text = readFileSync(join(folder.path, "cassettes/hello.yaml"), "utf8");
    expect(text.match(/^exchange: /gm)).toHaveLength(2);
    expect(text.match(/^source: live$/gm)).toHaveLength(2);
  });

  test("never writes the key anywhere", async () => {
    using folder = project();
    await using server = await anthropicServer([
      { kind: "error", status: 401, type: "authentication_error" },
    ]);
    const env = { ...key, ANTHROPIC_BASE_URL: server.url };
    const result = await runCli([...run, "--debug", "-vv"], { cwd: folder.path, env });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("ANTHROPIC_API_KEY");
    expect(result.stderr + result.stdout).not.toContain(key.ANTHROPIC_API_KEY);
    expect(existsSync(join(folder.path, "cassettes/hello.yaml"))).toBe(false);
  });

  test("goes on after a tool call and shows it with -v", async () => {
    using folder = project();
    const worker = WORKER.replace("---\nYou", "toolsets:\n  helper: {}\n---\nYou");
    writeFileSync(join(folder.path, "main.worker"), worker);
    writeFileSync(join(folder.path, "helper.worker"), WORKER);
    await using server = await anthropicServer([
      { kind: "tool-call", name: "helper", input: { input: "Greet Ada." } },
      { kind: "text", text: "Good morning." },
      { kind: "text", text: "The helper said: good morning." },
    ]);
    const env = { ...key, ANTHROPIC_BASE_URL: server.url };
    const args = ["main.worker", "helper.worker", "Go.", "-v"];
    const result = await runCliHere(args, { cwd: folder.path, env });
    expect(result).toMatchObject({ code: 0, stdout: "The helper said: good morning.\n" });
    expect(result.stderr).toContain("main/helper: asks anthropic:claude-haiku-4-5");
    expect(server.requests[2]).toMatchObject({
      messages: [
        { role: "user" },
        { role: "assistant", content: [{ type: "tool_use", id: "toolu_1" }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1" }] },
      ],
    });
  });
});

describe("a run that ends early", () => {
  test("exits with 130 on Ctrl-C in the middle of an answer and leaves a good cassette", async () => {
    using folder = project();
    await using server = await anthropicServer([
      { kind: "text", text: "First." },
      { kind: "hang", text: "This answer never" },
    ]);
    const env = { ...key, ANTHROPIC_BASE_URL: server.url };
    await runCli(run, { cwd: folder.path, env });
    const before = readFileSync(join(folder.path, "cassettes/hello.yaml"), "utf8");
    const result = await runCli([...run.with(1, "Another."), "-vv"], {
      cwd: folder.path,
      env,
      onStart: (child) => {
        let seen = "";
        child.stderr?.on("data", (text: string) => {
          seen += text;
          if (seen.includes("never")) child.kill("SIGINT");
        });
      },
    });
    expect(result).toMatchObject({ code: 130, stdout: "" });
    expect(result.stderr).toContain("it was interrupted");
    expect(readFileSync(join(folder.path, "cassettes/hello.yaml"), "utf8")).toBe(before);
    const verified = await runCli(["cassette", "verify", "cassettes/hello.yaml"], {
      cwd: folder.path,
    });
    expect(verified.code).toBe(0);
    expect(existsSync(join(folder.path, "cassettes/hello.yaml.lock"))).toBe(false);
  });

  test("asks again after a broken stream and says so", async () => {
    using folder = project();
    await using server = await anthropicServer([
      { kind: "cut", text: "Half of an ans" },
      { kind: "text", text: "A whole answer." },
    ]);
    const env = { ...key, ANTHROPIC_BASE_URL: server.url };
    const result = await runCliHere(run, { cwd: folder.path, env });
    expect(result).toMatchObject({ code: 0, stdout: "A whole answer.\n" });
    expect(result.stderr).toContain("warning:");
    expect(server.requests).toHaveLength(2);
  });

  test("exits with 1 and the provider's own words after an error that asking again cannot mend", async () => {
    using folder = project();
    await using server = await anthropicServer([
      { kind: "error", status: 400, type: "invalid_request_error" },
    ]);
    const env = { ...key, ANTHROPIC_BASE_URL: server.url };
    const result = await runCliHere(run, { cwd: folder.path, env });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("invalid_request_error");
    expect(server.requests).toHaveLength(1);
  });
});
