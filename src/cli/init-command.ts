import { join, relative, resolve } from "node:path";
import { isLlmDoError } from "../errors/llm-do-error.ts";
import type { Host } from "../host/host.ts";
import { initProject } from "../project/init-project.ts";
import { CassetteUsers } from "../testing/status/cassette-users.ts";

/**
 * `llm-do init [DIR]`: tells git how to treat recordings and fixtures.
 *
 * @throws LlmDoError `file` when something cannot be written
 */
export async function initCommand(folder: string, host: Host): Promise<void> {
  const path = resolve(host.cwd, folder);
  for (const { file, added } of initProject(path, workspacesIn(path, host), host)) {
    const shown = relative(host.cwd, join(path, file));
    if (added.length === 0) host.stdout.write(`${shown}: nothing to add\n`);
    else host.stdout.write(`${shown}: added\n${added.map((line) => `  ${line}\n`).join("")}`);
  }
}

/** The folders that the project's cases work in copies of. */
function workspacesIn(folder: string, host: Host): readonly string[] {
  if (host.files.stat(folder)?.kind !== "directory") return [];
  try {
    const cases = new CassetteUsers(host).casesAround(folder);
    return [...new Set(cases.flatMap(({ workspace }) => workspace ?? []))].toSorted();
  } catch (error) {
    // A file of cases that is wrong is told by llm-do test; this command needs none.
    if (isLlmDoError(error)) return [];
    throw error;
  }
}
