import type { FunctionName } from "../../functions/function-types.ts";
import type { CallRecord } from "../run/call-log.ts";
import type { CaseRun } from "../run/case-run.ts";

/**
 * The calls of one function that a run made, in order; that of the entry is none of them.
 *
 * @example
 * callsOf(run, "add").map(({ input }) => input); // [{ a: 2, b: 3 }]
 */
export function callsOf(
  { calls }: Pick<CaseRun, "calls">,
  name: FunctionName,
): readonly CallRecord[] {
  return calls.filter((call) => call.function === name);
}
