import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { run } from "../../src/api/open-project.ts";
import { answerEvents } from "../../src/model/answer.ts";
import type { ModelTransport } from "../../src/model/transport.ts";
import { runCliHere } from "../support/cli-here.ts";
import { temporaryFolder, testHost } from "../support/host.ts";
import { writeFiles } from "../support/project.ts";

const CASSETTE = "cassettes/c.yaml";

/** A folder with a worker, and a cassette whose one answer was imported. */
async function importedProject() {
  const folder = temporaryFolder();
  writeFiles(folder.path, { "w.worker": "---\nmodel: anthropic:m\n---\nSay a word.\n" });
  await ask(folder.path, "auto", "recorded");
  const path = join(folder.path, CASSETTE);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace("source: live", "source: imported"));
  return folder;
}

async function ask(folder: string, mode: "auto" | "replay", answer: string, samples = 1) {
  const transport: ModelTransport = {
    async *stream() {
      const usage = { inputTokens: 1, outputTokens: 1 };
      const parts = [{ kind: "text" as const, text: answer }];
      yield* answerEvents({ parts, stop: "end", usage, source: "live" });
    },
  };
  const cassette = { path: join(folder, CASSETTE), mode, samples };
  const files = [join(folder, "w.worker")];
  return await run({ files, input: "Go.", transport, cassette, host: testHost() });
}

describe("an answer that was imported", () => {
  test("answers no replay", async () => {
    using folder = await importedProject();
    await expect(ask(folder.path, "replay", "other")).rejects.toMatchObject({
      code: "cassette-miss",
    });
  });

  test("answers nothing in auto: the model is asked, for each sample", async () => {
    using folder = await importedProject();
    const { output } = await ask(folder.path, "auto", "live", 2);
    expect(output).toBe("live");
    const text = readFileSync(join(folder.path, CASSETTE), "utf8");
    expect(text.match(/^source: .*$/gm)).toEqual([
      "source: imported",
      "source: live",
      "source: live",
    ]);
    expect((await ask(folder.path, "replay", "other")).output).toBe("live");
  });

  test("is whole to verify and shown as what it is", async () => {
    using folder = await importedProject();
    const command = (...argv: string[]) => runCliHere(["cassette", ...argv], { cwd: folder.path });
    expect(await command("verify", CASSETTE)).toMatchObject({ code: 0 });
    expect((await command("show", CASSETTE)).stdout).toContain("(2 tokens, 0 ms, imported)");
  });

  test("is not asked for by any run, and kept", async () => {
    using folder = await importedProject();
    const path = join(folder.path, CASSETTE);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, `cassette: 1\n${text.slice(text.indexOf("---\n"))}`);
    const command = (...argv: string[]) => runCliHere(["cassette", ...argv], { cwd: folder.path });
    const status = await command("status", CASSETTE);
    expect(status).toMatchObject({ code: 0, stdout: `${CASSETTE}: imported, 1 recording\n` });
    const json = await command("status", CASSETTE, "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ state: "imported", recordings: 1 });
    expect((await command("prune", CASSETTE)).stderr).toContain("it was imported");
  });
});
