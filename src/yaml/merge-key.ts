import { describeTree, type MapEntry, type Tree } from "./tree.ts";
import { type YamlSource, yamlError } from "./yaml-source.ts";

/**
 * Adds what the YAML merge key `<<` names: the keys of a map, or of each map of a list, that are
 * not there yet. YAML 1.2 dropped it; files written for the Python llm-do may use it.
 */
export function mergeInto(entries: Map<string, MapEntry>, merged: Tree, source: YamlSource): void {
  const maps = merged.kind === "list" ? merged.items : [merged];
  for (const map of maps) {
    if (map.kind !== "map") {
      const reason = `"<<" merges a map or a list of maps, not ${describeTree(map)}`;
      throw yamlError(source, { reason, place: map.place });
    }
    for (const [key, entry] of map.entries) if (!entries.has(key)) entries.set(key, entry);
  }
}
