import { describeTree, type MapTree, type Tree } from "./tree.ts";
import { type YamlSource, yamlError } from "./yaml-source.ts";

/**
 * The map that a whole YAML text must be; nothing at all counts as an empty one.
 *
 * @param example one key with its value, as it may stand in this file
 * @throws LlmDoError when it is a list or a scalar
 */
export function rootMap(tree: Tree, source: YamlSource, example: string): MapTree {
  if (tree.kind === "map") return tree;
  if (tree.kind === "scalar" && tree.value === null) {
    return { kind: "map", entries: new Map(), place: tree.place };
  }
  throw yamlError(source, {
    reason: `${source.noun} must be keys with values, not ${describeTree(tree)}`,
    place: tree.place,
    tries: [`write one key per line, as in: ${example}`],
  });
}
