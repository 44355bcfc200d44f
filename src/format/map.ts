import type { LlmDoError } from "../errors/llm-do-error.ts";
import type { Json, JsonSchema } from "../model/json.ts";
import { nearest } from "../words/nearest.ts";
import { formatPath } from "../yaml/path.ts";
import {
  describeTree,
  isNothing,
  type MapEntry,
  type MapTree,
  type Tree,
  treeFromJson,
} from "../yaml/tree.ts";
import { type YamlSource, yamlError } from "../yaml/yaml-source.ts";
import {
  childField,
  type DefaultedKey,
  type Field,
  type Format,
  fieldError,
  type Reader,
  type RequiredKey,
  type SharedSchemas,
  type ValueOf,
  wrongValue,
} from "./reader.ts";

/** The known keys of a map, each with what it takes. */
export type Shape = Readonly<Record<string, Reader<unknown>>>;

type AlwaysThere<Keys extends Shape> = {
  [Key in keyof Keys]: Keys[Key] extends { readonly needed: string } | { readonly fallback: Json }
    ? Key
    : never;
}[keyof Keys];

/** What a map with known keys reads to, in file order; absent and null keys are left out. */
export type ShapeValue<Keys extends Shape> = {
  readonly [Key in Exclude<keyof Keys, AlwaysThere<Keys>>]?: ValueOf<Keys[Key]>;
} & { readonly [Key in AlwaysThere<Keys>]: ValueOf<Keys[Key]> };

export interface MapFormat<Keys extends Shape> extends Format<ShapeValue<Keys>> {
  readonly keys: Keys;
}

interface MapOptions {
  /** Default: `a map`. */
  readonly expects?: string;
  /** Keys that had a meaning once. Default: none. */
  readonly retired?: RetiredKeys;
}

export interface RetiredKeys {
  /** Who gave them their meaning. */
  readonly owner: string;
  /** What to do instead of each. */
  readonly instead: ReadonlyMap<string, string>;
}

/** A key that has to be there; the hint says what to do where it is not: `add name: NAME`. */
export function required<Value>(format: Format<Value>, hint: string): RequiredKey<Value> {
  return { ...format, needed: hint };
}

/** A key that stands for `written` where it is absent: as in a file, and read as from there. */
export function defaulted<Value>(format: Format<Value>, written: Json): DefaultedKey<Value> {
  return { ...format, fallback: written };
}

/** A map with known keys; any other key is an error that names the nearest one. */
export function mapOf<Keys extends Shape>(
  keys: Keys,
  { expects = "a map", retired }: MapOptions = {},
): MapFormat<Keys> {
  const read = (field: Field): ShapeValue<Keys> => {
    const out: Record<string, unknown> = {};
    for (const [key, entry] of entriesOf(field, expects)) {
      if (!Object.hasOwn(keys, key)) {
        throw retiredKey(field, key, { entry, retired }) ?? unknownKey(field, key, { entry, keys });
      }
      if (!isNothing(entry.value)) out[key] = keys[key]?.read(childField(field, key, entry.value));
    }
    for (const [key, reader] of Object.entries(keys)) {
      if (Object.hasOwn(out, key)) continue;
      if (reader.needed !== undefined) throw fieldError(field, `has no ${key}`, [reader.needed]);
      if (reader.fallback === undefined) continue;
      const tree = treeFromJson(reader.fallback, field.tree.place);
      out[key] = reader.read(childField(field, key, tree));
    }
    // Each key was read by the reader of its shape, and those that must be there are.
    return out as ShapeValue<Keys>;
  };
  return { expects, keys, read, schema: (shared) => schemaOfMap(keys, shared) };
}

function schemaOfMap(keys: Shape, shared: SharedSchemas): JsonSchema {
  const properties = Object.entries(keys).map(([key, reader]) => {
    const { about, fallback, schema } = reader;
    const described = {
      ...(about === undefined ? {} : { description: about }),
      ...schema?.(shared),
      ...(fallback === undefined ? {} : { default: fallback }),
    };
    return [key, described] as const;
  });
  const needed = Object.keys(keys).filter((key) => keys[key]?.needed !== undefined);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(needed.length > 0 ? { required: needed } : {}),
    additionalProperties: false,
  };
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

/** The entries of a map of names; nothing at all counts as an empty map. */
export function entriesOf(field: Field, expects: string): MapTree["entries"] {
  const { tree } = field;
  if (tree.kind === "map") return tree.entries;
  if (isNothing(tree)) return new Map();
  throw wrongValue(field, expects);
}

function retiredKey(
  field: Field,
  key: string,
  { entry, retired }: { entry: MapEntry; retired: RetiredKeys | undefined },
): LlmDoError | undefined {
  const instead = retired?.instead.get(key);
  if (instead === undefined) return undefined;
  const reason = `the key "${key}" of ${retired?.owner} is not supported`;
  return yamlError(field.source, { reason, place: entry.keyPlace, tries: [instead] });
}

function unknownKey(
  field: Field,
  key: string,
  { entry, keys }: { entry: MapEntry; keys: Shape },
): LlmDoError {
  const known = Object.keys(keys);
  const meant = nearest(key, known);
  const where = field.path.length === 0 ? "" : ` in "${formatPath(field.path)}"`;
  const shown = JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}...` : key);
  return yamlError(field.source, {
    reason: `unknown key ${shown}${where}`,
    place: entry.keyPlace,
    tries: [meant === undefined ? `use one of: ${known.join(", ")}` : `write "${meant}"`],
  });
}
