import type { Advice } from "../errors/llm-do-error.ts";

/** Advises to record anew, by the command that is known to do it where there is one. */
export function recordAnew(command: string | undefined, lead = "record anew"): string | Advice {
  if (command !== undefined) return `${lead}: ${command}`;
  return {
    flags: `${lead} with --mode record`,
    options: `${lead}: cassette: { path, mode: "record" }`,
  };
}

/** Advises to let tools run for real. */
export function liveTools(lead: string): Advice {
  return { flags: `${lead}: --tools live`, options: `${lead}: tools: "live"` };
}

/** Advises to name another cassette. */
export function nameCassette(what: string): Advice {
  return {
    flags: `name ${what} behind --cassette`,
    options: `name ${what} in cassette: { path: "cassettes/main.yaml" }`,
  };
}
