import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "../../src/api/open-project.ts";
import { answerEvents } from "../../src/model/answer.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import type { RunEvent } from "../../src/runtime/state/run-event.ts";
import { temporaryFolder } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";

/** A provider that answers an alias by the model that stands behind it. */
const ALIASED: ModelTransport = {
  async *stream() {
    yield* answerEvents({
      parts: [{ kind: "text", text: "a" }],
      stop: "end",
      answeredBy: "m-20261001",
      usage: { inputTokens: 1, outputTokens: 1 },
      source: "live",
    });
  },
};

test("who answered behind an alias is recorded, and a replay says it again", async () => {
  using folder = temporaryFolder();
  writeFiles(folder.path, { "main.worker": "---\nmodel: anthropic:m\n---\nAnswer.\n" });
  const path = join(folder.path, "main.yaml");
  const answerers = async (mode: "record" | "replay") => {
    const found: (string | undefined)[] = [];
    await run({
      files: [join(folder.path, "main.worker")],
      input: "x",
      cassette: { path, mode },
      ...(mode === "record" ? { transport: ALIASED } : {}),
      onEvent: (event: RunEvent) => {
        if (event.kind === "model-response") found.push(event.answeredBy);
      },
    });
    return found;
  };
  expect(await answerers("record")).toEqual(["m-20261001"]);
  expect(readFileSync(path, "utf8")).toContain("\nstop: end\nansweredBy: m-20261001\nusage:");
  expect(await answerers("replay")).toEqual(["m-20261001"]);
});
