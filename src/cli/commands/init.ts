import { join, relative, resolve } from "node:path";
import type { Command } from "commander";
import type { Host } from "../../host/host.ts";
import { type DefineCommand, ERROR_FLAGS, flagsOf, unlessInterrupted } from "../command.ts";

export const define: DefineCommand = (command, { host, signal }) => {
  command
    .argument("[DIR]", "the project's folder (default: this one)")
    .allowExcessArguments(false)
    .action((folder: string | undefined, _own: unknown, self: Command) => {
      flagsOf(self, ERROR_FLAGS);
      return unlessInterrupted(init(folder ?? ".", host), signal);
    });
};

/**
 * Tells git how to treat recordings and fixtures.
 *
 * @throws LlmDoError `file` when something cannot be written
 */
async function init(folder: string, host: Host): Promise<void> {
  const [{ initProject }, { workspacesAround }] = await Promise.all([
    import("../../project/init-project.ts"),
    import("../../testing/status/cassette-users.ts"),
  ]);
  const path = resolve(host.cwd, folder);
  for (const { file, added } of initProject(path, workspacesAround(path, host), host)) {
    const shown = relative(host.cwd, join(path, file));
    if (added.length === 0) host.stdout.write(`${shown}: nothing to add\n`);
    else host.stdout.write(`${shown}: added\n${added.map((line) => `  ${line}\n`).join("")}`);
  }
}
