import { lazily } from "../../host/lazily.ts";
import { nodeHost } from "../../host/node-host.ts";
import type { Cassette, OpenCassetteOptions } from "./opened-cassette.ts";

/** It loads with the first use, so that importing llm-do costs little. */
const opening = lazily(() => import("./opened-cassette.ts"));

/**
 * Opens a cassette that any number of runs of this process share, one after the other or at once.
 *
 * @example
 * await using cassette = await openCassette({ path: "cassettes/tickets.yaml", mode: "auto" });
 * await Promise.all(tickets.map((input) => project.run({ input, cassette })));
 *
 * @throws LlmDoError `usage` where this process has it open in another mode
 */
export async function openCassette(options: OpenCassetteOptions): Promise<Cassette> {
  const here = nodeHost(); // the folder that is the current one now
  const { openedCassette } = await opening();
  return openedCassette(options, here);
}
