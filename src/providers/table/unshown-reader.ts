import { type Field, fieldError, type Reader } from "../../format/reader.ts";
import { nearest } from "../../words/nearest.ts";
import { lenientScalar, type MapTree, type ScalarTree } from "../../yaml/tree.ts";

/**
 * Readers whose errors do not show the value: what describes a server may hold a key, and the
 * environment is read by the same readers.
 */

/**
 * Any scalar that `match` takes.
 *
 * @param match answers undefined for what it refuses
 * @param near names that a refused text may be meant for
 */
export function unshownScalar<Value>(
  expects: string,
  match: (scalar: ScalarTree) => Value | undefined,
  near: readonly string[] = [],
): Reader<Value> {
  const read = (field: Field): Value => {
    const { tree } = field;
    const value = tree.kind === "scalar" ? match(tree) : undefined;
    if (value !== undefined) return value;
    const text = tree.kind === "scalar" && typeof tree.value === "string" ? tree.value : undefined;
    const meant = text === undefined ? undefined : nearest(text, near);
    throw fieldError(
      field,
      `must be ${expects}`,
      meant === undefined ? undefined : [`write "${meant}"`],
    );
  };
  return { expects, read };
}

/** One of some names. */
export function unshownName<Name extends string>(names: readonly Name[]): Reader<Name> {
  return unshownScalar(
    `one of ${names.join(", ")}`,
    ({ value }) => names.find((name) => name === value),
    names,
  );
}

export const unshownFlag: Reader<boolean> = unshownScalar("true or false", (scalar) => {
  const value = lenientScalar(scalar);
  return typeof value === "boolean" ? value : undefined;
});

/** The entries of a map of names; nothing at all counts as an empty map. */
export function unshownEntries(field: Field, expects: string): MapTree["entries"] {
  const { tree } = field;
  if (tree.kind === "map") return tree.entries;
  if (tree.kind === "scalar" && tree.value === null) return new Map();
  throw fieldError(field, `must be ${expects}`);
}
