import type { LlmDoError } from "../errors/llm-do-error.ts";
import type { Json, JsonSchema } from "../model/json.ts";
import { formatPath, type Path, type PathStep } from "../yaml/path.ts";
import { describeTree, kindOfTree, type Tree } from "../yaml/tree.ts";
import { type YamlSource, yamlError } from "../yaml/yaml-source.ts";

/** One value of a file, on its way to being checked. */
export interface Field {
  readonly source: YamlSource;
  readonly path: Path;
  readonly tree: Tree;
  /** Whether the value may be a secret: errors then say its kind only. Default: false. */
  readonly isSecret?: boolean;
}

/** Takes a value of one kind and refuses all others. */
export interface Reader<Value> {
  /** What it takes, in words that follow "must be": `a number from 0 to 2`. */
  readonly expects: string;
  /** @throws LlmDoError of the field's source, with the place of the value */
  readonly read: (field: Field) => Value;
  /** What it takes, as JSON Schema. */
  readonly schema: (shared: SharedSchemas) => JsonSchema;
  /** What the value means: the last column of a table in the docs, and the description in a schema. */
  readonly about?: string;
  /** What to write where the key is not there, which is an error. */
  readonly needed?: string;
  /** What an absent key stands for, as it would be written in the file. */
  readonly fallback?: Json;
}

/**
 * One description of a value: its type, its reader, its JSON Schema and its row in the docs come from
 * it. For JSON without null the reader refuses all that the schema refuses; what the schema takes and
 * the reader refuses is refused by a {@link converted}. Null counts as absent.
 */
export interface Format<Value> extends Reader<Value> {
  // Marks belong to keys: a format that is made from a marked one would lose them.
  readonly needed?: never;
  readonly fallback?: never;
}

/** A key that has to be there. */
export interface RequiredKey<Value> extends Reader<Value> {
  readonly needed: string;
}

/** A key that stands for something where it is absent. */
export interface DefaultedKey<Value> extends Reader<Value> {
  readonly fallback: Json;
}

export type ValueOf<Any> = Any extends Reader<infer Value> ? Value : never;

/** Schemas that are said once and referred to, so that a format may hold itself. */
export interface SharedSchemas {
  /** @returns a reference to the schema of this name, which is made the first time */
  readonly refer: (name: string, make: () => JsonSchema) => JsonSchema;
}

/** A value inside of another one. */
export function childField(field: Field, step: PathStep, tree: Tree): Field {
  return { ...field, path: [...field.path, step], tree };
}

/** The value at a path inside of another one; where that is not written, the nearest one above it. */
export function fieldAt(field: Field, path: Path): Field {
  const [step, ...rest] = path;
  if (step === undefined) return field;
  const { tree } = field;
  const inner =
    tree.kind === "map"
      ? tree.entries.get(String(step))?.value
      : tree.kind === "list"
        ? tree.items[Number(step)]
        : undefined;
  return inner ? fieldAt(childField(field, step, inner), rest) : field;
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

/**
 * The error for a value of the wrong kind.
 *
 * @param tries shown in any case: they must not repeat a secret
 */
export function wrongValue(field: Field, expects: string, tries?: readonly string[]): LlmDoError {
  const { tree, isSecret } = field;
  const found = isSecret ? kindOfTree(tree) : describeTree(tree);
  return fieldError(field, `must be ${expects}, not ${found}`, tries);
}
