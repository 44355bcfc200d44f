import { realpathSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runCli } from "../support/cli.ts";
import { runCliHere } from "../support/cli-here.ts";
import { folderWith } from "../support/cli-project.ts";
import { neededApprovals, reachedLimits } from "./bad-input/approvals-and-limits.ts";
import { type BadInput, PROJECT } from "./bad-input/bad-input.ts";
import { badCassettes } from "./bad-input/cassettes.ts";
import { badCode } from "./bad-input/code.ts";
import { badCommandLines } from "./bad-input/command-lines.ts";
import { badFiles } from "./bad-input/files.ts";
import { badModels } from "./bad-input/models.ts";
import { badPrompts } from "./bad-input/prompts.ts";

async function outcomeOf({ files, args, stdin, env, process }: BadInput) {
  using folder = folderWith({ ...PROJECT, ...files });
  const given = { ...(stdin === undefined ? {} : { stdin }), ...(env ? { env } : {}) };
  const { code, stdout, stderr } = await (process ? runCli : runCliHere)(args, {
    cwd: folder.path,
    ...given,
  });
  const shown = stderr
    .replaceAll(realpathSync(folder.path), "<folder>")
    .replaceAll(folder.path, "<folder>");
  return { code, stdout, stderr: shown };
}

describe.each([
  ["a command line", badCommandLines],
  ["a prompt", badPrompts],
  ["a file", badFiles],
  ["code", badCode],
  ["a model or a script", badModels],
  ["a cassette", badCassettes],
  ["an approval", neededApprovals],
  ["a limit", reachedLimits],
])("what is wrong with %s is said in one line, with what to do", (_what, inputs) => {
  test.concurrent.each(inputs)("$title", async (input) => {
    const { code, stderr } = input;
    expect(await outcomeOf(input)).toEqual({ code, stdout: "", stderr });
  });
});
