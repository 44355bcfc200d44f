import { join } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Host } from "../../host/host.ts";
import { inFolder } from "../../host/this-process.ts";
import type { AgainstResult } from "./against-result.ts";
import {
  type CaseFilter,
  type CasePair,
  type FoundCases,
  findCases,
  pairCases,
} from "./case-pairs.ts";
import { type CaseSide, caseSide, type SidePlace } from "./case-side.ts";
import { checkOut } from "./checkout.ts";
import { Comparison, nameOf } from "./comparison.ts";
import { Git } from "./git.ts";
import { findRevision, type Revision } from "./revision.ts";

interface AgainstRequest extends CaseFilter {
  /** What to compare with, as the person names it. */
  readonly revision: string;
  /** Recordings that nothing asks for are no failure in the work tree. */
  readonly allowUnused: boolean;
  readonly host: Host;
  readonly signal: AbortSignal;
}

/**
 * Replays the cases of a git revision and of the work tree, and compares what they come to. Asks no
 * model, touches nothing outside, and leaves the repository as it is.
 *
 * @returns undefined when it was interrupted
 * @throws LlmDoError `usage` without git or a repository, or for a revision that there is not;
 * `cases` where there is nothing to compare
 */
export async function compareAgainst(request: AgainstRequest): Promise<AgainstResult | undefined> {
  const { host, signal } = request;
  try {
    const git = new Git(host.cwd, host, signal);
    const revision = await findRevision(request.revision, git);
    using checkout = await checkOut(revision, git, host);
    const cwd = join(checkout.top, revision.prefix);
    const before = findCases(request, { ...host, cwd });
    const after = findCases(request, host);
    checkThere(request, [before, after]);
    return await compared(request, { revision, checkout, before, after });
  } catch (error) {
    // Whatever broke off then did so because of it.
    if (signal.aborted) return undefined;
    throw error;
  }
}

interface Sides {
  readonly revision: Revision;
  readonly checkout: { readonly top: string; readonly notes: readonly string[] };
  readonly before: FoundCases;
  readonly after: FoundCases;
}

async function compared(
  { host, signal, allowUnused }: AgainstRequest,
  { revision, checkout, before, after }: Sides,
): Promise<AgainstResult> {
  const { pairs, added, removed } = pairCases(before.cases, after.cases);
  const { top } = checkout;
  const then = { ...host, cwd: join(top, revision.prefix) };
  const old = { host: then, top, shownTop: revision.top, allowUnused: true, signal };
  const now = { host, top: revision.top, shownTop: revision.top, allowUnused, signal };
  const sides = await sidesBefore(pairs, old);
  const comparison = new Comparison();
  for (const pair of pairs) {
    const side = sides.get(pair);
    sides.delete(pair);
    const own = await caseSide(pair.after, now);
    signal.throwIfAborted();
    if (side) comparison.add(pair, side, own);
  }
  for (const found of added) comparison.failing(found, await caseSide(found, now));
  signal.throwIfAborted();
  for (const file of before.broken) comparison.broken(file, "before");
  for (const file of after.broken) comparison.broken(file, "after");
  return comparison.result(revisionNames(revision), {
    notes: checkout.notes,
    added: added.map(nameOf),
    removed: removed.map(nameOf),
    renamed: pairs
      .map((pair) => ({ before: nameOf(pair.before), after: nameOf(pair.after) }))
      .filter(({ before: from, after: to }) => from.file !== to.file || from.name !== to.name),
  });
}

/** Code of the revision works in its own folder, also where it asks the process for it. */
async function sidesBefore(
  pairs: readonly CasePair[],
  place: SidePlace,
): Promise<Map<CasePair, CaseSide>> {
  const sides = new Map<CasePair, CaseSide>();
  if (pairs.length === 0) return sides;
  using _folder = inFolder(place.host.cwd);
  for (const pair of pairs) {
    sides.set(pair, await caseSide(pair.before, place));
    place.signal.throwIfAborted();
  }
  return sides;
}

function revisionNames({ name, commit, short, subject }: Revision) {
  return { name, commit, short, subject };
}

/** @throws LlmDoError `cases` for a comparison of nothing */
function checkThere({ words, name }: AgainstRequest, sides: readonly FoundCases[]): void {
  if (sides.some(({ cases, broken }) => cases.length + broken.length > 0)) return;
  const asked = [...words, ...(name === undefined ? [] : [`-t ${name.source}`])];
  const of = asked.length === 0 ? "" : ` that fit ${asked.join(", ")}`;
  throw new LlmDoError({
    code: "cases",
    verb: "compare",
    what: asked.join(" ") || "project",
    reason: `there are no cases${of}, neither at that revision nor here`,
    tries: [
      "name a file of cases NAME.cases.yaml, beside its worker",
      'make a case of a run: llm-do test --add last --name "..."',
    ],
  });
}
