import { byKind, converted, named, recordOf } from "../../format/combine.ts";
import { defaulted, mapOf } from "../../format/map.ts";
import { type Format, fieldError, wrongValue } from "../../format/reader.ts";
import { flag, numberOfAtLeast, oneOf } from "../../format/scalars.ts";
import type { Json } from "../../model/json.ts";
import { type Tree, treeFromJson } from "../../yaml/tree.ts";
import type { YamlSource } from "../../yaml/yaml-source.ts";
import type { Comparator } from "./comparator.ts";

const EXPECTS =
  "a comparator: exact, text, json, or a map with one of text, json, number, list, set, fields";

const TEXT = mapOf({ ignore_case: defaulted(flag, false) });

const NUMBER = mapOf({
  absolute: defaulted(numberOfAtLeast(0), 0),
  relative: defaulted(numberOfAtLeast(0), 0),
});

const TOLERANCE_HINTS = ["write number: { absolute: 0.01 } or number: { relative: 0.001 }"];

const NAMES = {
  exact: { kind: "exact" },
  text: { kind: "text", ignoreCase: false },
  json: { kind: "json", values: { kind: "exact" } },
  set: { kind: "set", items: { kind: "exact" } },
} as const satisfies Record<string, Comparator>;

const name = oneOf(["exact", "text", "json", "set"]);

/** A comparator's description: a name, or a map with one key. */
const comparator: Format<Comparator> = named("comparator", () =>
  byKind(EXPECTS, { scalar: namedComparator, map: describedComparator }),
);

const namedComparator: Format<Comparator> = {
  expects: EXPECTS,
  schema: name.schema,
  read: (field) => {
    const value = field.tree.kind === "scalar" ? field.tree.value : undefined;
    if (typeof value !== "string") throw wrongValue(field, EXPECTS);
    if (value === "ignore") {
      throw fieldError(field, "must compare something: ignore stands for a field of fields");
    }
    if (value === "number") throw fieldError(field, "has no tolerance", TOLERANCE_HINTS);
    return NAMES[name.read(field)];
  },
};

/** Only a field may be left out: what is ignored is named. */
const fieldComparator: Format<Comparator> = byKind(EXPECTS, {
  scalar: {
    expects: EXPECTS,
    schema: () => ({ enum: [...Object.keys(NAMES), "ignore"] }),
    read: (field) => {
      const isIgnored = field.tree.kind === "scalar" && field.tree.value === "ignore";
      return isIgnored ? { kind: "ignore" } : namedComparator.read(field);
    },
  },
  map: comparator,
});

const tolerance: Format<Comparator> = converted(
  NUMBER,
  ({ absolute, relative }, field) => {
    if (absolute > 0 || relative > 0) return { kind: "number", absolute, relative };
    throw fieldError(field, "has no tolerance", TOLERANCE_HINTS);
  },
  "a tolerance",
);

/** The maps that describe a comparator, by their key. */
const DESCRIPTION = mapOf({
  text: converted(
    TEXT,
    ({ ignore_case: ignoreCase }): Comparator => ({ kind: "text", ignoreCase }),
  ),
  json: converted(comparator, (values): Comparator => ({ kind: "json", values }), EXPECTS),
  number: tolerance,
  list: converted(comparator, (items): Comparator => ({ kind: "list", items }), EXPECTS),
  set: converted(comparator, (items): Comparator => ({ kind: "set", items }), EXPECTS),
  fields: converted(
    recordOf(fieldComparator, { expects: "a map of comparators", readsNull: true }),
    (fields): Comparator => ({ kind: "fields", fields }),
  ),
});

const describedComparator: Format<Comparator> = converted(
  DESCRIPTION,
  (said, field) => {
    const [found, ...others] = Object.values(said);
    if (found !== undefined && others.length === 0) return found;
    const keys = field.tree.kind === "map" ? field.tree.entries.size : 0;
    throw fieldError(field, `must have one key that says how, not ${keys}`);
  },
  EXPECTS,
);

/**
 * Reads a comparator from a value of JSON.
 *
 * @param what how errors call it
 * @throws LlmDoError `configuration`
 *
 * @example
 * readComparator({ fields: { note: "ignore", total: { number: { absolute: 0.01 } } } }, "compare");
 */
export function readComparator(description: Json, what: string): Comparator {
  return comparatorOf(treeFromJson(description, { file: what }), what);
}

/** How errors speak of a comparator. */
export function comparatorSource(file: string): YamlSource {
  return { file, code: "configuration", verb: "read", noun: "the comparator" };
}

/**
 * Reads a comparator from what a text says.
 *
 * @param file the path that errors name
 * @throws LlmDoError `configuration` with the place of what is wrong
 */
export function comparatorOf(tree: Tree, file: string): Comparator {
  return comparator.read({ source: comparatorSource(file), path: ["compare"], tree });
}
