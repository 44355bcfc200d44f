import { pathToFileURL } from "node:url";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { messageOf } from "../../errors/message-of.ts";
import { resolvePackage } from "../../project/load/package-resolution.ts";

/**
 * Imports the vitest of the project; where it has none, the one beside this package.
 *
 * @param folder the project's
 * @throws LlmDoError `cases` where there is none
 */
export async function importVitest(folder: string): Promise<typeof import("vitest/node")> {
  try {
    const path = await resolvePackage("vitest/node", folder).catch(() => undefined);
    return await (path === undefined ? import("vitest/node") : import(pathToFileURL(path).href));
  } catch (cause) {
    throw new LlmDoError({
      code: "cases",
      verb: "load",
      what: "vitest",
      reason: `it runs the tests, and it cannot be loaded: ${messageOf(cause)}`,
      tries: ["npm install --save-dev vitest"],
      cause,
    });
  }
}
