import { stringify } from "yaml";
import type { Lock, LockedFunction } from "./lock-file.ts";

const HEADING = `# Written by llm-do swap: which functions have code beside their prompt, and who answers.
# Commit it. An alarm writes it, too: it sets mode: prompt and says why under reverted.
`;

/** The order in which the fields of a function are written. */
const FIELDS = [
  "worker",
  "name",
  "mode",
  "tool",
  "domain",
  "certificate",
  "with",
  "share",
  "comparator",
  "reverted",
] as const satisfies readonly (keyof LockedFunction)[];

/** The text of a lock file. Reading it gives the same lock. */
export function printLock({ functions }: Lock): string {
  const listed = functions.map((one) =>
    Object.fromEntries(
      FIELDS.flatMap((field) => (one[field] === undefined ? [] : [[field, one[field]]])),
    ),
  );
  return HEADING + stringify({ version: 1, functions: listed }, { lineWidth: 0 });
}
