import type { Place } from "../../errors/place.ts";
import { camelKeys } from "../../format/camel-keys.ts";
import { about, converted, listOf } from "../../format/combine.ts";
import { mapOf, required, rootMap } from "../../format/map.ts";
import { childField, type Field, type Format, fieldError } from "../../format/reader.ts";
import { anyJson, filledText, number, oneOf, text, textLike } from "../../format/scalars.ts";
import {
  ANSWER_MODES,
  type AnswerMode,
  DEFAULT_CHECK,
  DEFAULT_SHARE,
} from "../../functions/answer-mode.ts";
import type { Json } from "../../model/json.ts";
import { DEFAULT_FALSE_ALARM_EVERY } from "../../statistics/detector.ts";
import { parseYamlTree } from "../../yaml/parse-yaml-tree.ts";
import { isNothing } from "../../yaml/tree.ts";
import type { YamlSource } from "../../yaml/yaml-source.ts";

/**
 * What a project's lock file says: which functions have code that may answer, and whether it does,
 * and which tools of servers were approved.
 */
export interface Lock {
  readonly functions: readonly LockedFunction[];
  /** How servers described their tools when calls of them were allowed. Default: none was. */
  readonly mcp?: readonly PinnedServer[];
}

/** The tools of one server. */
export interface PinnedServer {
  /** What the server is known by: its program with arguments, or its address. */
  readonly server: Json;
  readonly tools: readonly PinnedTool[];
}

/** A tool as its server described it. */
export interface PinnedTool {
  /** The server's own name of it. */
  readonly name: string;
  /** SHA-256 over all of the two below, in hexadecimal; it decides whether they are the same. */
  readonly hash: string;
  /** For people, as is the schema: the first characters of each. */
  readonly description: string;
  /** As JSON text: a server's keys could mean something in YAML. */
  readonly inputSchema: string;
}

/** A function with prompt and code. Paths are relative to the lock file's folder, with `/`. */
export interface LockedFunction {
  /** The path of the `.worker` file. */
  readonly worker: string;
  readonly name: string;
  readonly mode: AnswerMode;
  /** `FILE#EXPORT`, `FILE#TOOLSET.TOOL`, or the path of another worker. */
  readonly tool: string;
  /** `FILE#EXPORT`, or the path of a list of templates. Default: code may answer every input. */
  readonly domain?: string | undefined;
  /** The path of what proves that the two agree. */
  readonly certificate: string;
  /** Further files that the worker's project consists of. */
  readonly with?: readonly string[] | undefined;
  /** Of the calls that a canary gives to code. Default: 0.1. */
  readonly share?: number | undefined;
  /** Of code's answers that are checked, in a canary or in `code`. Default: 0.2, or 0.02. */
  readonly check?: number | undefined;
  /** The description of a comparator. Default: `exact`. */
  readonly comparator?: Json | undefined;
  /** A false alarm is raised after so many comparisons on average. Default: 10000. */
  readonly falseAlarmEvery?: number | undefined;
  /** When and why an alarm gave the prompt its place back. */
  readonly reverted?: { readonly at: string; readonly reason: string } | undefined;
  /** Where it stands in the file; absent in one that was not read from there. */
  readonly place?: Place;
}

export const LOCK_FILE = "llm-do.lock.yaml";

/** The version that this program writes and reads. */
export const LOCK_VERSION = 2;

/** The one before, whose tools of servers are read as they are; its functions are not. */
const OLD_VERSION = 1;

const path = textLike("a path relative to this file, with /", /^(?!\s*$)(?!\/|[A-Za-z]:)[^\\]*$/);

const candidate = textLike(
  "FILE#EXPORT, or a .worker file, with a path relative to this file",
  /^(?!\/|[A-Za-z]:)([^#\\]+#[^#\\]+|[^#\\]+\.worker)$/,
);

const guard = textLike(
  "FILE#EXPORT, or a JSON file of templates, with a path relative to this file",
  /^(?!\/|[A-Za-z]:)([^#\\]+#[^#\\]+|[^#\\]+\.json)$/,
);

const share = number("a number above 0 and at most 1", { exclusiveMinimum: 0, maximum: 1 });

const check = number("a number from 0 to 1", { minimum: 0, maximum: 1 });

const falseAlarmEvery = number("a number of at least 1", { minimum: 1 });

/** The keys of a function. */
export const FUNCTION = mapOf(
  {
    worker: about("the worker's file", required(path, "name its file, as in worker: main.worker")),
    name: about("the worker's name", required(filledText, "add name: and the worker's name")),
    mode: about(
      "who answers",
      required(oneOf(ANSWER_MODES), `write mode: and one of ${ANSWER_MODES.join(", ")}`),
    ),
    tool: about(
      "`FILE#TOOL`, `FILE#TOOLSET.TOOL`, or another worker that may answer in its place",
      required(candidate, 'name its code, as in tool: "main.ts#main"'),
    ),
    domain: about(
      "`FILE#EXPORT`, or a list of templates; without one code may answer every input",
      guard,
    ),
    certificate: about(
      "what `llm-do compare` made",
      required(path, "make one with llm-do compare, and this entry with llm-do promote"),
    ),
    with: about(
      "further files that the worker needs to be loaded, from `--with`",
      listOf(path, { expects: "a list of paths" }),
    ),
    share: about(`of the calls that a canary gives to code; default ${DEFAULT_SHARE}`, share),
    check: about(
      `of code's answers that the prompt checks; default ${DEFAULT_CHECK.canary} in a canary, ${DEFAULT_CHECK.code} in code`,
      check,
    ),
    comparator: about("what counts as agreement where answers are compared", anyJson),
    false_alarm_every: about(
      `comparisons after which a false alarm is raised, on average; default ${DEFAULT_FALSE_ALARM_EVERY}`,
      falseAlarmEvery,
    ),
    reverted: about(
      "when and why an alarm gave the prompt its place back; while it is there, code may not answer",
      mapOf(
        { at: required(filledText, "say when"), reason: required(filledText, "say why") },
        { expects: "a map with at and reason" },
      ),
    ),
  },
  { expects: "a function" },
);

const placedFunction: Format<LockedFunction> = converted(FUNCTION, (written, { tree }) => ({
  ...camelKeys(written),
  place: tree.place,
}));

const version: Format<number> = {
  expects: `the number ${LOCK_VERSION}`,
  read: (field) => {
    const { tree } = field;
    const said = tree.kind === "scalar" ? tree.value : undefined;
    if (said === LOCK_VERSION || said === OLD_VERSION) return said;
    throw fieldError(field, `is not ${LOCK_VERSION}, the one that this version of llm-do reads`, [
      "use the version of llm-do that wrote the file, or write the file anew with llm-do promote",
    ]);
  },
  schema: () => ({ enum: [LOCK_VERSION, OLD_VERSION] }),
};

const HOW_TO_PIN = "remove the entry: it is written anew when the tool is used";

/** The keys of a tool of a server. */
export const PINNED_TOOL = mapOf(
  {
    name: about("the server's own name of it", required(text, HOW_TO_PIN)),
    hash: about(
      "SHA-256 over all of the description and the schema; it decides whether they are the same",
      required(filledText, HOW_TO_PIN),
    ),
    description: about("for people: how it begins", required(text, HOW_TO_PIN)),
    input_schema: about("the same, as JSON", required(text, HOW_TO_PIN)),
  },
  { expects: "a tool" },
);

const pinnedTool = converted(
  PINNED_TOOL,
  ({ input_schema: inputSchema, ...tool }): PinnedTool => ({ ...tool, inputSchema }),
);

/** The keys of a server. */
export const PINNED_SERVER = mapOf(
  {
    server: about(
      "what it is known by: its program with arguments, or its address",
      required(anyJson, HOW_TO_PIN),
    ),
    tools: about(
      "the tools that were described",
      required(listOf(pinnedTool, { expects: "a list of tools" }), HOW_TO_PIN),
    ),
  },
  { expects: "a server" },
);

/** Every key of the file. */
export const LOCK = mapOf({
  version: about("of the file's format", required(version, `add version: ${LOCK_VERSION}`)),
  functions: about(
    "functions that have code beside their prompt, and who answers",
    listOf(placedFunction, { expects: "a list of functions" }),
  ),
  mcp: about(
    "how servers described their tools when calls of them were allowed",
    listOf(PINNED_SERVER, { expects: "a list of servers" }),
  ),
});

/**
 * Reads the content of a lock file.
 *
 * @param file the path that errors name
 * @throws LlmDoError `configuration` with file, line and column
 */
export function parseLock(content: string, file: string): Lock {
  const source: YamlSource = { file, code: "configuration", verb: "read", noun: "the lock file" };
  const root: Field = { source, path: [], tree: parseYamlTree(content, source) };
  const tree = rootMap(root.tree, source, `version: ${LOCK_VERSION}`);
  // Before all else: another version may have other keys.
  const found = tree.entries.get("version");
  const said = found && version.read(childField(root, "version", found.value));
  if (said === OLD_VERSION) checkNoFunctions(root, tree);
  const { functions = [], mcp = [] } = LOCK.read({ ...root, tree });
  checkDistinct(functions, root);
  return { functions, ...(mcp.length === 0 ? {} : { mcp }) };
}

/** What the old version says of functions rests on certificates that are no longer taken. */
function checkNoFunctions(root: Field, tree: ReturnType<typeof rootMap>): void {
  const old = tree.entries.get("functions");
  if (!old || isNothing(old.value)) return;
  if (old.value.kind === "list" && old.value.items.length === 0) return;
  throw fieldError(
    childField(root, "functions", old.value),
    "is of version 1 of the lock file, whose certificates were made by the first method",
    [
      "remove functions from the file, and say version: 2",
      "make a certificate with llm-do compare WORKER TOOL, then llm-do promote WORKER --to shadow",
    ],
  );
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

/** Characters of a description and of a schema that are kept: a server may send megabytes. */
export const KEPT_CHARACTERS = 20_000;

const GOES_ON = "…";

/** A description or a schema as the lock file keeps it. */
export function keptText(text: string): string {
  return text.length > KEPT_CHARACTERS ? `${text.slice(0, KEPT_CHARACTERS)}${GOES_ON}` : text;
}

/** Whether more was there than is kept. */
export function isCut(kept: string): boolean {
  return kept.length === KEPT_CHARACTERS + GOES_ON.length && kept.endsWith(GOES_ON);
}
