import { pathToFileURL } from "node:url";
import type { Vitest } from "vitest/node";
import { isLlmDoError, LlmDoError } from "../../../errors/llm-do-error.ts";
import { messageOf } from "../../../errors/message-of.ts";
import { resolvePackage } from "../../../project/load/package-resolution.ts";

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

/** Why vitest ran nothing: its configuration does not load, a project that is asked for is not there. */
export function didNotStart(cause: unknown): LlmDoError {
  if (isLlmDoError(cause)) return cause as LlmDoError;
  return new LlmDoError({
    code: "cases",
    verb: "start",
    what: "vitest",
    reason: messageOf(cause).trim(),
    tries: ["correct the flags, or vitest.config.ts"],
    cause,
  });
}

/** The error of a run with `--coverage` for which nothing measures; undefined when that is there. */
export async function missingCoverage({ config }: Vitest): Promise<LlmDoError | undefined> {
  const { enabled, provider } = config.coverage;
  if (!enabled || provider === "custom") return undefined;
  const name = `@vitest/coverage-${provider ?? "v8"}`;
  try {
    await resolvePackage(name, config.root);
    return undefined;
  } catch (cause) {
    return new LlmDoError({
      code: "cases",
      verb: "measure",
      what: "coverage",
      reason: `the package ${name} is not installed`,
      tries: [`npm install --save-dev ${name}`],
      cause,
    });
  }
}

/** The error of a run that would pass because it does nothing. */
export function noTestsFound(
  filter: readonly string[],
  name: string | RegExp | undefined,
): LlmDoError {
  const asked = [...filter, ...(name === undefined ? [] : [`-t ${name}`])];
  const of = asked.length === 0 ? "" : ` that fit ${asked.join(", ")}`;
  return new LlmDoError({
    code: "cases",
    verb: "test",
    what: asked.join(" ") || "project",
    reason: `there are no cases and no tests${of}`,
    tries: [
      "name a file of cases NAME.cases.yaml, beside its worker",
      'make a case of a run: llm-do test --add last --name "..."',
    ],
  });
}
