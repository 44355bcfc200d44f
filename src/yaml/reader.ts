import type { LlmDoError } from "../errors/llm-do-error.ts";
import { formatPath, type Path, type PathStep } from "./path.ts";
import { describeTree, type Tree } from "./tree.ts";
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
