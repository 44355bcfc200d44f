import { join, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { byKind, converted, named, recordOf } from "../../format/combine.ts";
import { defaulted, mapOf } from "../../format/map.ts";
import { type Field, type Format, fieldError, wrongValue } from "../../format/reader.ts";
import { flag, numberOfAtLeast, oneOf } from "../../format/scalars.ts";
import type { Host } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import { parseYamlTree } from "../../yaml/parse-yaml-tree.ts";
import { type Tree, treeFromJson } from "../../yaml/tree.ts";
import type { YamlSource } from "../../yaml/yaml-source.ts";
import type { Comparator } from "./comparator.ts";

const EXPECTS = "a comparator: exact, text, or a map with one of text, number, list, set, fields";

const TEXT = mapOf({ ignore_case: defaulted(flag, false) });

const NUMBER = mapOf({
  absolute: defaulted(numberOfAtLeast(0), 0),
  relative: defaulted(numberOfAtLeast(0), 0),
});

const TOLERANCE_HINTS = ["write number: { absolute: 0.01 } or number: { relative: 0.001 }"];

const NAMES = {
  exact: { kind: "exact" },
  text: { kind: "text", ignoreCase: false },
  set: { kind: "set", items: { kind: "exact" } },
} as const satisfies Record<string, Comparator>;

const name = oneOf(["exact", "text", "set"]);

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
  return comparator.read(rootField(treeFromJson(description, { file: what }), sourceOf(what)));
}

/**
 * Reads a comparator from YAML or JSON text.
 *
 * @param file the path that errors name
 * @throws LlmDoError `configuration` with file, line and column
 */
export function parseComparator(text: string, file: string): Comparator {
  const source = sourceOf(file);
  return comparator.read(rootField(parseYamlTree(text, source), source));
}

function sourceOf(file: string): YamlSource {
  return { file, code: "configuration", verb: "read", noun: "the comparator" };
}

function rootField(tree: Tree, source: YamlSource): Field {
  return { source, path: ["compare"], tree };
}

/**
 * The comparator that is declared for a worker: in the file that is named, else in `comparator.yaml` of
 * its hardening folder, else `exact`.
 *
 * @throws LlmDoError `file` when the named file is not there, `configuration` when it is wrong
 */
export function declaredComparator(
  named: string | undefined,
  folder: string,
  { files, cwd }: Pick<Host, "files" | "cwd">,
): Comparator {
  const path = named === undefined ? join(folder, "comparator.yaml") : resolve(cwd, named);
  if (files.stat(path)?.kind === "file")
    return parseComparator(files.readText(path), named ?? path);
  if (named === undefined) return { kind: "exact" };
  const reason = "there is no such file";
  throw new LlmDoError({
    code: "file",
    verb: "read",
    what: named,
    reason,
    tries: ["check the path"],
  });
}
