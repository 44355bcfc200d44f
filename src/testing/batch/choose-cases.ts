import { resolve, sep } from "node:path";
import type { Host } from "../../host/host.ts";
import type { TestCase } from "../cases/file/test-case.ts";
import { CassetteUsers } from "../status/cassette-users.ts";
import type { CaseChoice } from "./case-choice.ts";

/** A case with the file that it stands in. */
export interface ChosenCase {
  readonly one: TestCase;
  /** Absolute. */
  readonly path: string;
}

/**
 * The cases at or below the current folder that a choice names, in the order of their files.
 *
 * @throws LlmDoError `cases` for a file of cases that cannot be read
 */
export function chosenCases({ filters, pattern }: CaseChoice, host: Host): readonly ChosenCase[] {
  const named = pattern === undefined ? undefined : new RegExp(pattern);
  return allCases(host)
    .filter(({ path }) => path.startsWith(host.cwd + sep))
    .filter(({ path }) => filters.length === 0 || filters.some((part) => fits(path, part, host)))
    .filter(({ one }) => named?.test(one.name) ?? true);
}

/**
 * The cases at or below the current folder that have a judge, with all others of the project that have
 * the same judges: labels of one judge count together, wherever the command is started.
 *
 * @throws LlmDoError `cases` for a file of cases that cannot be read
 */
export function judgedCases(host: Host): readonly ChosenCase[] {
  const here = chosenCases({ filters: [], pattern: undefined }, host);
  const judges = new Set(here.flatMap(({ one }) => one.expect.judge?.worker ?? []));
  return allCases(host).filter(({ one }) => judges.has(one.expect.judge?.worker ?? ""));
}

function allCases(host: Host): readonly ChosenCase[] {
  const all = new CassetteUsers(host).casesAround(host.cwd);
  return all.map((one) => ({ one, path: resolve(host.cwd, one.place.file) }));
}

/** A filter is a part of a path, or a path from here such as `./main.cases.yaml`. */
function fits(path: string, filter: string, { cwd }: Host): boolean {
  return path.includes(filter) || path.startsWith(resolve(cwd, filter));
}
