import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "../../src/api/open-project.ts";
import type { RunRequest } from "../../src/api/run-request.ts";
import { isLlmDoError } from "../../src/errors/llm-do-error.ts";
import { textOf } from "../support/cassettes.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";
import { call, create, script, workerText } from "./workers-project.ts";

const POET = workerText("description: Writes.");
const NONE = { live: 0, missed: 0, unused: 0 };

/** A recorded run that makes a worker and calls it, with a name that is not there first. */
async function recorded() {
  const folder = temporaryFolder();
  writeFiles(folder.path, {
    "main.worker": workerText("model: test:model", "toolsets: [workers]"),
    "answers.yaml": script(call("poet"), create("poet", POET), call("poet"), "Rain.", "Done."),
  });
  const path = join(folder.path, "a.yaml");
  const again = (request: Partial<RunRequest>, tools?: "live" | "recorded") =>
    run({
      files: ["main.worker"],
      input: "Go.",
      cassette: { path, mode: "replay" },
      host: testHost({ cwd: folder.path }),
      ...request,
      ...(tools ? { tools } : {}),
    });
  const first = { cassette: { path, mode: "record" }, approvals: "approve-all" } as const;
  const made = join(folder.path, "made_workers/poet.worker");
  await again({ ...first, script: join(folder.path, "answers.yaml") });
  return { path, made, again, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

test("a replay makes the worker again, and it answers from the cassette, with nobody there", async () => {
  using project = await recorded();
  rmSync(project.made);
  const { output, summary } = await project.again({});
  expect(output).toBe("Done.");
  expect(summary).toMatchObject({ exchanges: NONE, effects: { missed: 0 }, decisions: NONE });
  expect(readFileSync(project.made, "utf8")).toBe(POET);
});

test("effects that are recorded need no file and make none", async () => {
  using project = await recorded();
  rmSync(project.made);
  const { output, summary } = await project.again({}, "recorded");
  expect(output).toBe("Done.");
  expect(summary).toMatchObject({ exchanges: NONE, effects: NONE, decisions: NONE });
  expect(existsSync(project.made)).toBe(false);
});

test("a worker that a person has changed since is kept, and the replay says what is different", async () => {
  using project = await recorded();
  const better = workerText("description: Writes better.");
  writeFileSync(project.made, better);
  const error: unknown = await project.again({}).catch((thrown: unknown) => thrown);
  expect(isLlmDoError(error) && error.exitCode).toBe(3);
  expect(readFileSync(project.made, "utf8")).toBe(better);
});

test("what was read is a local effect of the call that read it", async () => {
  using project = await recorded();
  const cassette = textOf(project.path);
  expect(cassette).toContain("tool: workers:read\n");
  expect(cassette).toContain("call: main/worker_call/poet\n");
  expect(cassette).toContain(`call: "main/worker_call#2/poet"\n`);
  expect(cassette).toContain('error: "there is no worker \\"poet\\" (known: none)"');
});
