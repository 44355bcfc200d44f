import type { Environment } from "../../host/host.ts";
import type { CassetteMode } from "./session-state.ts";

/** The mode of a run whose caller names none: nothing is ever recorded where `CI` is set. */
export function defaultMode(env: Environment): CassetteMode {
  return isCi(env) ? "replay" : "auto";
}

/** Whether `CI` is set, as CI services set it. */
export function isCi(env: Environment): boolean {
  const ci = env["CI"];
  return ci !== undefined && ci !== "" && ci !== "false" && ci !== "0";
}
