import type { CassetteFile } from "../../cassette/file/cassette-file.ts";
import type { JsonObject } from "../../model/json.ts";

/** What a person or a policy decided in a run, by the name of the function. */
type Decided = ReadonlyMap<string, ReadonlySet<boolean>>;

/**
 * What a case says of approvals: the decisions of its recording as a map, so that it can be recorded
 * anew without a person. A map has one answer for each function; where a run has both for one,
 * `recorded` stays, which answers in a replay only. Undefined where nothing was decided.
 */
export function approvalsOf(file: CassetteFile): "recorded" | JsonObject | undefined {
  const decided = decisionsOf(file);
  if (decided.size === 0) return undefined;
  if (mixed(decided).length > 0) return "recorded";
  return Object.fromEntries(
    [...decided].map(([tool, answers]) => [tool, answers.has(true) ? "allow" : "deny"]),
  );
}

/** What there is to say of the approvals of a case; undefined for nothing. */
export function approvalsRemark(file: CassetteFile): string | undefined {
  const both = mixed(decisionsOf(file));
  if (both.length === 0) return undefined;
  return `its approvals are those on record, since ${both.join(", ")} was both allowed and denied: that holds in replay. To record it anew, write approvals: approve-all, reject-all or a map into the case`;
}

function decisionsOf(file: CassetteFile): Decided {
  const decided = new Map<string, Set<boolean>>();
  for (const slice of file.slices.filter(({ kind }) => kind === "decision")) {
    const { tool, allowed } = file.fields(slice);
    const answers = decided.get(String(tool)) ?? new Set();
    decided.set(String(tool), answers.add(allowed === true));
  }
  return decided;
}

function mixed(decided: Decided): readonly string[] {
  return [...decided].filter(([, answers]) => answers.size > 1).map(([tool]) => tool);
}
