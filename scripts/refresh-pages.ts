// Writes into the pages what the commands that they show print today. Review the difference.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { repository } from "../tests/support/cli.ts";
import {
  folderAfter,
  prepareFolder,
  printed,
  shownCommands,
} from "../tests/support/console-blocks.ts";
import { temporaryFolder } from "../tests/support/host.ts";

for (const page of process.argv.slice(2)) {
  using folder = temporaryFolder();
  const env = prepareFolder(folder.path);
  const lines = readFileSync(resolve(repository, page), "utf8").split("\n");
  let shift = 0;
  let current = folder.path;
  for (const { command, output, line } of shownCommands(page)) {
    const now = await printed(command, current, env);
    current = folderAfter(command, current);
    const start = line - 1 + shift + command.split("\n").length;
    const before = output === "" ? 0 : output.split("\n").length;
    const after = now === "" ? [] : now.split("\n");
    lines.splice(start, before, ...after);
    shift += after.length - before;
  }
  writeFileSync(resolve(repository, page), lines.join("\n"));
}
