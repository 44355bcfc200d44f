import { join } from "node:path";
import { observeCase } from "../../src/testing/cases/run/observe-case.ts";
import type { ObservedCase } from "../../src/testing/cases/run/observed-case.ts";
import { mutationsOf } from "../../src/testing/mutate/mutations-of.ts";
import { runMutation, type Verdict } from "../../src/testing/mutate/run-mutation.ts";
import type { CaseProject } from "./cases.ts";

/** What a code file of a test imports, from the sources. */
export const CODE_IMPORTS = `
import { tool, toolset } from ${JSON.stringify(join(import.meta.dirname, "../../src/index.ts"))};
import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
`;

/** The first case of a text, recorded if it has a cassette, and observed. */
export async function observed(project: CaseProject, cases: string): Promise<ObservedCase> {
  if (!cases.includes("cassette: none")) await project.run(cases, { mode: "record" });
  const observation = await observeCase(project.read(cases), project.settings);
  if (observation.kind === "unfit") throw new Error(observation.reason);
  return observation.observed;
}

/** Each mutation of a case by its name, and what becomes of it. */
export async function mutated(
  project: CaseProject,
  cases: string,
): Promise<Readonly<Record<string, string>>> {
  const one = await observed(project, cases);
  const verdicts: Record<string, string> = {};
  for (const mutation of mutationsOf(one)) {
    verdicts[mutation.name] = textOf(await runMutation(mutation, one, project.settings));
  }
  return verdicts;
}

function textOf(verdict: Verdict): string {
  return verdict.kind === "killed" ? verdict.by : verdict.message;
}
