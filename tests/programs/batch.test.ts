import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { anthropicServer } from "../support/anthropic-server.ts";
import { runNode } from "../support/cli.ts";
import { projectOf } from "./packed-programs.ts";

const TIMEOUT_MS = 120_000;
const COUNT = 200;
const tickets = Array.from({ length: COUNT }, (_each, index) => `Ticket ${index}: where is it?\n`);

test("a batch of 200 is recorded, mended and replayed", { timeout: TIMEOUT_MS }, async () => {
  using project = projectOf("batch");
  let isHealthy = false;
  await using model = await anthropicServer(({ messages }) => {
    const number = Number(/Ticket (\d+)/.exec(JSON.stringify(messages))?.[1]);
    if (!isHealthy && number % 100 === 13) return { kind: "error", status: 400, type: "invalid" };
    const team = ["billing", "delivery", "other"][number % 3];
    return { kind: "text", text: JSON.stringify({ team, canWait: number % 2 === 0 }) };
  });
  const batch = async (mode: string, env = {}) => {
    const words = ["batch.ts", mode];
    const ended = await runNode(words, { cwd: project.path, env, stdin: tickets.join("") });
    const items = ended.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { index: number; failed?: string })
      .toSorted((a, b) => a.index - b.index);
    expect(items.map(({ index }) => index)).toEqual(tickets.map((_ticket, index) => index));
    return { code: ended.code, told: ended.stderr, items };
  };

  const first = await batch("auto", model.env);
  expect(first.told).toBe("198 answered, 2 failed; 198 asked, 0 replayed\n");
  expect(first.code).toBe(1);
  const failed = first.items.filter((item) => item.failed !== undefined);
  expect(failed).toEqual([13, 113].map((index) => ({ index, failed: "provider" })));

  isHealthy = true;
  const mended = await batch("auto", model.env);
  expect(mended.told).toBe("200 answered, 0 failed; 2 asked, 198 replayed\n");
  expect(mended.code).toBe(0);
  expect(mended.items[5]).toEqual({ index: 5, team: "other", canWait: false });

  const asked = model.requests.length;
  const replayed = await batch("replay"); // without a key
  expect(replayed.told).toBe("200 answered, 0 failed; 0 asked, 200 replayed\n");
  expect(replayed.items).toEqual(mended.items);
  expect(model.requests).toHaveLength(asked);
});

test("a batch that is interrupted keeps what was recorded", { timeout: TIMEOUT_MS }, async () => {
  using project = projectOf("batch");
  let child: ChildProcess | undefined;
  let count = 0;
  await using model = await anthropicServer(() => {
    count++;
    if (count <= 20) return { kind: "text", text: '{ "team": "other", "canWait": true }' };
    if (count === 36) child?.kill("SIGINT"); // all that may run at once hang
    return { kind: "hang", text: "{" };
  });
  const ended = await runNode(["batch.ts"], {
    cwd: project.path,
    env: model.env,
    stdin: tickets.join(""),
    onStart: (started) => {
      child = started;
    },
  });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toBe("20 answered, 16 failed; 20 asked, 0 replayed\n");
  expect(ended.stdout.match(/"failed":"aborted"/g)).toHaveLength(16);
  const cassette = readFileSync(join(project.path, "tickets.yaml"), "utf8");
  expect(cassette.match(/^response:/gm)).toHaveLength(20);
});
