import type { Place } from "../../errors/place.ts";
import { ANSWER_MODES, type AnswerMode } from "../../functions/answer-mode.ts";
import type { Json } from "../../model/json.ts";
import { anyJson } from "../../yaml/json-reader.ts";
import { listOf } from "../../yaml/list-reader.ts";
import { mapOf } from "../../yaml/map-reader.ts";
import { parseYamlTree } from "../../yaml/parse-yaml-tree.ts";
import { childField, type Field, fieldError, type Reader } from "../../yaml/reader.ts";
import { rootMap } from "../../yaml/root-map.ts";
import { filledText, oneOf, scalarReader, textReader } from "../../yaml/scalar-reader.ts";
import type { YamlSource } from "../../yaml/yaml-source.ts";

/** What a project's lock file says: which functions have code that may answer, and whether it does. */
export interface Lock {
  readonly functions: readonly LockedFunction[];
}

/** A function with prompt and code. Paths are relative to the lock file's folder, with `/`. */
export interface LockedFunction {
  /** The path of the `.worker` file. */
  readonly worker: string;
  readonly name: string;
  readonly mode: AnswerMode;
  /** `FILE#EXPORT`, or `FILE#TOOLSET.TOOL`. */
  readonly tool: string;
  /** `FILE#EXPORT`. Default: code may answer every input. */
  readonly domain?: string | undefined;
  /** The path of what proves that the two agree. */
  readonly certificate: string;
  /** Further files that the worker's project consists of. */
  readonly with?: readonly string[] | undefined;
  readonly share?: number | undefined;
  /** The description of a comparator. Default: `exact`. */
  readonly comparator?: Json | undefined;
  /** When and why an alarm gave the prompt its place back. */
  readonly reverted?: { readonly at: string; readonly reason: string } | undefined;
  /** Where it stands in the file; absent in one that was not read from there. */
  readonly place?: Place;
}

export const LOCK_FILE = "llm-do.lock.yaml";

/** The version that this program writes and reads. */
const VERSION = 1;

const path = textReader(
  "a path relative to this file, with /",
  (value) => value.trim() !== "" && !/^(?:[/\\]|[A-Za-z]:)|\\/.test(value),
);

const reference = textReader(
  "FILE#EXPORT with a path relative to this file",
  (value) => /^[^#]+#[^#]+$/.test(value) && !/^(?:[/\\]|[A-Za-z]:)|\\/.test(value),
);

const share = scalarReader("a number above 0 and at most 1", ({ value }) =>
  typeof value === "number" && value > 0 && value <= 1 ? value : undefined,
);

const FUNCTION = mapOf(
  {
    worker: path,
    name: filledText,
    mode: oneOf(ANSWER_MODES),
    tool: reference,
    domain: reference,
    certificate: path,
    with: listOf(path, { expects: "a list of paths" }),
    share,
    comparator: anyJson,
    reverted: mapOf(
      { at: filledText, reason: filledText },
      { expects: "a map with at and reason", needed: { at: "say when", reason: "say why" } },
    ),
  },
  {
    expects: "a function",
    needed: {
      worker: "name its file, as in worker: main.worker",
      name: "add name: and the worker's name",
      mode: `write mode: and one of ${ANSWER_MODES.join(", ")}`,
      tool: 'name its code, as in tool: "main.ts#main"',
      certificate: "make one with llm-do compare, and this entry with llm-do swap",
    },
  },
);

const placedFunction: Reader<LockedFunction> = {
  expects: FUNCTION.expects,
  read: (field) => ({ ...FUNCTION.read(field), place: field.tree.place }),
};

const version: Reader<number> = {
  expects: "the number 1",
  read: (field) => {
    const { tree } = field;
    if (tree.kind === "scalar" && tree.value === VERSION) return VERSION;
    throw fieldError(field, `is not ${VERSION}, the only one that this version of llm-do reads`, [
      "use the version of llm-do that wrote the file, or write the file anew with llm-do swap",
    ]);
  },
};

/** Every key of the file. */
const LOCK = mapOf({
  version,
  functions: listOf(placedFunction, { expects: "a list of functions" }),
});

/**
 * Reads the text of a lock file.
 *
 * @param file the path that errors name
 * @throws LlmDoError `configuration` with file, line and column
 */
export function parseLock(text: string, file: string): Lock {
  const source: YamlSource = { file, code: "configuration", verb: "read", noun: "the lock file" };
  const root: Field = { source, path: [], tree: parseYamlTree(text, source) };
  const tree = rootMap(root.tree, source, `version: ${VERSION}`);
  // Before all else: another version may have other keys.
  const found = tree.entries.get("version");
  if (!found) throw fieldError({ ...root, tree }, "has no version", [`add version: ${VERSION}`]);
  version.read(childField(root, "version", found.value));
  const { functions = [] } = LOCK.read({ ...root, tree });
  checkDistinct(functions, root);
  return { functions };
}

function checkDistinct(functions: readonly LockedFunction[], root: Field): void {
  const seen = new Set<string>();
  for (const { worker, place } of functions) {
    if (seen.has(worker)) {
      const tree = place ? { ...root.tree, place } : root.tree;
      throw fieldError({ ...root, tree }, `names ${worker} twice`, ["keep one of the two"]);
    }
    seen.add(worker);
  }
}
