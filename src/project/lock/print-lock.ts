import { stringify } from "yaml";
import { canonicalJson } from "../../model/canonical.ts";
import type { Lock, LockedFunction, PinnedServer } from "./lock-file.ts";

const HEADING = `# Written by llm-do swap: which functions have code beside their prompt, and who answers.
# Commit it. An alarm writes it, too: it sets mode: prompt and says why under reverted.
`;

const PINS_HEADING = `# Below mcp: how servers described their tools when calls of them were allowed. Commit it.
# A tool that its server describes otherwise is asked about again.
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

/** The text of a lock file. Reading it gives the same lock, servers and tools in order. */
export function printLock({ functions, mcp = [] }: Lock): string {
  const listed = functions.map((one) =>
    Object.fromEntries(
      FIELDS.flatMap((field) => (one[field] === undefined ? [] : [[field, one[field]]])),
    ),
  );
  const pinned = mcp.length > 0;
  const isSwapped = listed.length > 0 || !pinned;
  const said = {
    version: 1,
    ...(isSwapped ? { functions: listed } : {}),
    ...(pinned ? { mcp: printedPins(mcp) } : {}),
  };
  const heading = `${isSwapped ? HEADING : ""}${pinned ? PINS_HEADING : ""}`;
  return heading + stringify(said, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Servers by what they are known by and tools by name, so that a change is one in one place. */
function printedPins(servers: readonly PinnedServer[]) {
  return servers
    .toSorted((left, right) => order(canonicalJson(left.server), canonicalJson(right.server)))
    .map(({ server, tools }) => ({
      server,
      tools: tools
        .toSorted((left, right) => order(left.name, right.name))
        .map(({ name, hash, description, inputSchema }) => ({
          name,
          hash,
          description,
          input_schema: inputSchema,
        })),
    }));
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
