import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { packagesOf } from "../../bench/loaded-packages.ts";
import { repository } from "../support/cli.ts";
import { EVERYTHING, mcpProject, runIn } from "./mcp-project.ts";

test("a replay loads no SDK of the protocol, and a live run does", async () => {
  const literal = {
    mcp: { command: process.execPath, args: [EVERYTHING], tools: ["echo"] },
    approved: ["echo"],
    script: "- tool_call: { name: echo, input: { message: a } }\n- Done.\n",
  };
  using folder = mcpProject(literal);
  const path = join(folder.path, "recorded.yaml");
  await runIn(folder.path, { ...literal, cassette: { path, mode: "record" } });
  const packages = (mode: readonly string[]) => {
    const tell = resolve(repository, "bench/tell-modules.js");
    const bin = resolve(repository, "src/bin/llm-do.ts");
    const ended = spawnSync(
      process.execPath,
      ["--import", tell, bin, "main.worker", "Go.", ...mode],
      { cwd: folder.path, stdio: ["ignore", "pipe", "pipe", "pipe"] },
    );
    expect([ended.status, String(ended.stdout)]).toEqual([0, "Done.\n"]);
    return packagesOf(JSON.parse(String(ended.output[3])) as string[]); // by tell-modules
  };
  const sdk = "@modelcontextprotocol/sdk";
  expect(packages(["--cassette", path, "--mode", "replay"])).not.toContain(sdk);
  expect(packages(["--script", "answers.yaml"])).toContain(sdk);
});
