import type { LlmDoError } from "../errors/llm-do-error.ts";
import type { Json } from "../model/json.ts";
import { formatPath, type Path, type PathStep } from "./path.ts";
import { describeTree, type MapTree, type Tree, treeToJson } from "./tree.ts";
import { type YamlSource, yamlError } from "./yaml-source.ts";

/** One value of a YAML file, on its way to being checked. */
export interface Field {
  readonly source: YamlSource;
  readonly path: Path;
  readonly tree: Tree;
}

/** Takes a value of one kind and refuses all others. */
export interface Reader<Value> {
  /** What it takes, in words that follow "must be": `a number from 0 to 2`. */
  readonly expects: string;
  /** @throws LlmDoError of the field's source, with the place of the value */
  readonly read: (field: Field) => Value;
}

/** A value inside of another one. */
export function childField(field: Field, step: PathStep, tree: Tree): Field {
  return { source: field.source, path: [...field.path, step], tree };
}

/**
 * The error about a value.
 *
 * @param says what follows the value's path, or the noun of the source for the whole text:
 * `has no tool_type`
 */
export function fieldError(field: Field, says: string, tries?: readonly string[]): LlmDoError {
  const { noun } = field.source;
  const what = field.path.length === 0 ? noun : `"${formatPath(field.path)}"`;
  return yamlError(field.source, {
    reason: `${what} ${says}`,
    place: field.tree.place,
    ...(tries ? { tries } : {}),
  });
}

/** The error for a value of the wrong kind. */
export function wrongValue(field: Field, expects: string, tries?: readonly string[]): LlmDoError {
  return fieldError(field, `must be ${expects}, not ${describeTree(field.tree)}`, tries);
}

/** Any value at all, as JSON. */
export const anyJson: Reader<Json> = {
  expects: "any value",
  read: ({ tree }) => treeToJson(tree),
};

/** A list of at least `least` values (default 0), each taken by `item`. */
export function listOf<Item>(
  item: Reader<Item>,
  options: { readonly expects: string; readonly least?: number },
): Reader<readonly Item[]> {
  const { expects, least = 0 } = options;
  const read = (field: Field): readonly Item[] => {
    const { tree } = field;
    if (tree.kind !== "list") throw wrongValue(field, expects);
    if (tree.items.length < least) throw fieldError(field, `must be ${expects} and is empty`);
    return tree.items.map((value, index) => item.read(childField(field, index, value)));
  };
  return { expects, read };
}

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
