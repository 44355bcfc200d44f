import { join, resolve } from "node:path";
import { LlmDoError } from "../../errors/llm-do-error.ts";
import { entriesOf, mapOf } from "../../format/map.ts";
import {
  childField,
  type Field,
  fieldError,
  type Reader,
  wrongValue,
} from "../../format/reader.ts";
import { flag, numberOfAtLeast, oneOf } from "../../format/scalars.ts";
import type { Host } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import { parseYamlTree } from "../../yaml/parse-yaml-tree.ts";
import { type Tree, treeFromJson } from "../../yaml/tree.ts";
import type { YamlSource } from "../../yaml/yaml-source.ts";
import type { Comparator } from "./comparator.ts";

const EXPECTS = "a comparator: exact, text, or a map with one of text, number, list, set, fields";

/** Takes a comparator's description: a name, or a map with one key. */
const comparator: Reader<Comparator> = { expects: EXPECTS, read: readAny };

const TEXT = mapOf({ ignore_case: flag });

const NUMBER = mapOf({ absolute: numberOfAtLeast(0), relative: numberOfAtLeast(0) });

const TOLERANCE_HINTS = ["write number: { absolute: 0.01 } or number: { relative: 0.001 }"];

/** The maps that describe a comparator, by their key. */
const DESCRIPTION = mapOf({
  text: readerOf(EXPECTS, (field) => {
    const { ignore_case: ignoreCase = false } = TEXT.read(field);
    return { kind: "text", ignoreCase };
  }),
  number: readerOf("a tolerance", readTolerance),
  list: readerOf(EXPECTS, (field) => ({ kind: "list", items: readAny(field) })),
  set: readerOf(EXPECTS, (field) => ({ kind: "set", items: readAny(field) })),
  fields: readerOf("a map of comparators", readFields),
});

const NAMES = {
  exact: { kind: "exact" },
  text: { kind: "text", ignoreCase: false },
  set: { kind: "set", items: { kind: "exact" } },
} as const satisfies Record<string, Comparator>;

const name = oneOf(["exact", "text", "set"]);

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

function readerOf(expects: string, read: (field: Field) => Comparator): Reader<Comparator> {
  return { expects, read };
}

function readAny(field: Field): Comparator {
  const { tree } = field;
  if (tree.kind === "scalar" && typeof tree.value === "string") return readName(field, tree.value);
  if (tree.kind !== "map") throw wrongValue(field, EXPECTS);
  const [found, ...others] = Object.values(DESCRIPTION.read(field));
  if (found === undefined || others.length > 0) {
    throw fieldError(field, `must have one key that says how, not ${tree.entries.size}`);
  }
  return found;
}

function readName(field: Field, value: string): Comparator {
  if (value === "ignore") {
    throw fieldError(field, "must compare something: ignore stands for a field of fields");
  }
  if (value === "number") throw fieldError(field, "has no tolerance", TOLERANCE_HINTS);
  return NAMES[name.read(field)];
}

function readTolerance(field: Field): Comparator {
  const { absolute = 0, relative = 0 } = NUMBER.read(field);
  if (absolute === 0 && relative === 0) {
    throw fieldError(field, "has no tolerance", TOLERANCE_HINTS);
  }
  return { kind: "number", absolute, relative };
}

function readFields(field: Field): Comparator {
  const fields = new Map<string, Comparator>();
  for (const [key, { value }] of entriesOf(field, "a map of comparators")) {
    fields.set(key, readOfField(childField(field, key, value)));
  }
  return { kind: "fields", fields };
}

/** Only a field may be left out: what is ignored is named. */
function readOfField(field: Field): Comparator {
  const { tree } = field;
  const isIgnored = tree.kind === "scalar" && tree.value === "ignore";
  return isIgnored ? { kind: "ignore" } : readAny(field);
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
