import type { Pruned } from "../cassette/upkeep/prune.ts";
import { printable } from "../words/printable.ts";

/** What pruning did, or would do, to some cassettes. */
export function pruningText(pruned: readonly Pruned[], isDryRun: boolean): string {
  return pruned
    .flatMap((one) => prunedLines(one, isDryRun))
    .map((line) => `${line}\n`)
    .join("");
}

function prunedLines({ path, removed, kept, blobs }: Pruned, isDryRun: boolean): readonly string[] {
  const name = printable(path);
  if (removed.length === 0) return [`${name}: nothing to remove`];
  const did = isDryRun ? "would remove" : "removed";
  const { length } = removed;
  const files = blobs.length === 0 ? "" : ` and ${blobs.length} of its blobs`;
  return [
    `${name}: ${did} ${length} of ${length + kept} entries${files}`,
    ...removed.map(
      ({ kind, key, call, line }) =>
        `  ${kind} ${printable(key)} of ${printable(call) || "no call"}, at line ${line}`,
    ),
  ];
}
