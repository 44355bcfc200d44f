import { wallAround } from "../../toolsets/sandbox/walled-processes.ts";
import { reachedFrom } from "../link/reached.ts";
import type { Project } from "../project.ts";

/**
 * Makes sure, before a model is asked, that the walls can be built which the project's workers want
 * around the programs of their tools.
 *
 * @throws LlmDoError `configuration` that says what is missing
 */
export async function checkWalls(project: Project): Promise<void> {
  for (const tool of reachedFrom(project).tools) {
    const wall = await wallAround(tool)?.();
    await wall?.check();
  }
}
