import type { Place } from "../errors/place.ts";
import type { Json } from "../model/json.ts";

/** What a YAML text says, where each value remembers its place in the file. */
export type Tree = ScalarTree | ListTree | MapTree;

type Scalar = null | boolean | number | string;

export interface ScalarTree {
  readonly kind: "scalar";
  readonly value: Scalar;
  /** Written without quotes. */
  readonly plain: boolean;
  /** As it stands in the file, without its quotes: `1.50`, `True`. */
  readonly written: string;
  readonly place: Place;
}

export interface ListTree {
  readonly kind: "list";
  readonly items: readonly Tree[];
  readonly place: Place;
}

export interface MapTree {
  readonly kind: "map";
  /** In file order. A Map, so that `__proto__` is a key like any other. */
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly place: Place;
}

export interface MapEntry {
  readonly keyPlace: Place;
  readonly value: Tree;
}

/** Deepest nesting; JSON Schemas, the deepest thing in these files, stay well below. */
export const MAX_DEPTH = 100;

/** Most characters of a text that an error shows. */
const SHOWN_CHARS = 40;

/** Booleans of YAML 1.1 that YAML 1.2 reads as text; the Python llm-do reads YAML 1.1. */
const YAML_1_1_FLAG = /^(?:(yes|Yes|YES|on|On|ON)|no|No|NO|off|Off|OFF)$/;

/** A scalar as YAML 1.1 reads it: `yes`, `no`, `on` and `off` without quotes are booleans. */
export function lenientScalar(tree: ScalarTree): Scalar {
  if (!tree.plain || typeof tree.value !== "string") return tree.value;
  const match = YAML_1_1_FLAG.exec(tree.value);
  return match ? match[1] !== undefined : tree.value;
}

/** A tree whose scalars are what YAML 1.1 reads; they remember how they are written. */
export function lenientTree(tree: Tree): Tree {
  if (tree.kind === "scalar") return { ...tree, value: lenientScalar(tree) };
  if (tree.kind === "list") return { ...tree, items: tree.items.map(lenientTree) };
  const entries = [...tree.entries].map(
    ([key, entry]) => [key, { ...entry, value: lenientTree(entry.value) }] as const,
  );
  return { ...tree, entries: new Map(entries) };
}

/** The JSON that a tree says. */
export function treeToJson(tree: Tree): Json {
  switch (tree.kind) {
    case "scalar":
      return tree.value;
    case "list":
      return tree.items.map(treeToJson);
    case "map":
      // fromEntries defines its keys, so that `__proto__` becomes one and sets nothing.
      return Object.fromEntries(
        [...tree.entries].map(([key, entry]) => [key, treeToJson(entry.value)]),
      );
  }
}

/** A JSON value as a tree whose values all stand at one place. */
export function treeFromJson(json: Json, place: Place): Tree {
  if (Array.isArray(json)) {
    return { kind: "list", items: json.map((item) => treeFromJson(item, place)), place };
  }
  if (typeof json === "object" && json !== null) {
    const entries = Object.entries(json).map(
      ([key, value]) => [key, { keyPlace: place, value: treeFromJson(value, place) }] as const,
    );
    return { kind: "map", entries: new Map(entries), place };
  }
  const value = json as Scalar; // the rest of Json
  return { kind: "scalar", value, plain: false, written: String(json), place };
}

/** Whether a value is null, or a key has nothing behind it. */
export function isNothing(tree: Tree): boolean {
  return tree.kind === "scalar" && tree.value === null;
}

/** What kind of value it is, where the value itself is not to be shown: `text`, `a number`, `a list`. */
export function kindOfTree(tree: Tree): string {
  if (tree.kind !== "scalar") return `a ${tree.kind}`;
  if (tree.value === null) return "nothing";
  if (typeof tree.value === "string") return "this text";
  return typeof tree.value === "number" ? "a number" : "true or false";
}

/** A value for a person: `text "hot"`, `the number 3`, `a list`. */
export function describeTree(tree: Tree): string {
  if (tree.kind !== "scalar") return kindOfTree(tree);
  const { value } = tree;
  if (value === null) return "nothing";
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "boolean") return String(value);
  const shown = value.length > SHOWN_CHARS ? `${value.slice(0, SHOWN_CHARS)}...` : value;
  return `text ${JSON.stringify(shown)}`;
}
