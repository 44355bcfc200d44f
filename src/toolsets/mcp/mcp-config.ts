import type { LlmDoError } from "../../errors/llm-do-error.ts";
import { about, converted, listOf, recordOf, secret } from "../../format/combine.ts";
import { defaulted, entriesOf, mapOf } from "../../format/map.ts";
import {
  childField,
  type Field,
  type Format,
  fieldAt,
  fieldError,
  type ValueOf,
  wrongValue,
} from "../../format/reader.ts";
import { number, textLike } from "../../format/scalars.ts";
import { HEADER_NAME, headerProblem } from "../../host/header-value.ts";
import { nearest } from "../../words/nearest.ts";
import {
  APPROVALS_KEY,
  type ToolApprovals,
  toolApprovals,
} from "../../worker/toolset-reference.ts";
import { isNothing, type MapEntry, type MapTree, type Tree } from "../../yaml/tree.ts";
import { ENV, NO_VARIABLES, type ProgramVariables, textOrNumber } from "../env-config.ts";
import { SANDBOX, type SandboxConfig } from "../sandbox/sandbox-config.ts";

/** A server, and what of it a worker uses. */
export interface McpConfig {
  readonly server: McpServer;
  /** Names of the tools that are used; all of them where it is undefined. */
  readonly tools: readonly string[] | undefined;
  /** How long the server may take for one answer. */
  readonly timeoutMs: number;
}

/** Values of `headers` as they are written, with `${NAME}` for variables. */
type McpServer =
  | {
      readonly kind: "program";
      readonly command: string;
      readonly args: readonly string[];
      readonly env: ProgramVariables;
      /** The wall around it; absent where there is none. */
      readonly sandbox?: SandboxConfig;
    }
  | {
      readonly kind: "address";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    };

/**
 * Variables that a server gets beside those of every program: with them it has what
 * `DEFAULT_INHERITED_ENV_VARS` of the official SDK names, read 2026-11-23.
 */
export const SERVER_VARIABLES: readonly string[] = ["LOGNAME", "SHELL", "USER"];

/** Seconds for one answer where nothing is said: the default of the official SDKs. */
const DEFAULT_TIMEOUT_SECONDS = 60;
const MS_PER_SECOND = 1000;

const texts = recordOf(textOrNumber, {
  expects: "a map of texts",
  names: { expects: "the name of a header", pattern: HEADER_NAME },
});

type ServerKeys = ValueOf<typeof SERVER_KEYS>;

/** The keys of a server. */
export const SERVER_KEYS = mapOf({
  command: about(
    "started without a shell in the project's folder, spoken to over its pipes",
    textLike("a program", /\S/),
  ),
  args: about("its arguments", secret(listOf(textOrNumber, { expects: "a list of texts" }))),
  env: about(
    "variables for it: passed on by their names, or values; `${NAME}` stands for one of this process",
    ENV,
  ),
  sandbox: about("limits what the program can do, see sandbox", SANDBOX),
  url: about(
    "instead of `command`: a server that runs elsewhere, over streamable HTTP",
    secret(converted(textLike("an http or https address", /^/), checkUrl)),
  ),
  headers: about(
    "sent with each request to it; `${NAME}` as above",
    secret(converted(texts, checkHeaders)),
  ),
  tools: about(
    "the tools that are used; absent: all of them",
    listOf(textOrNumber, { expects: "a list of names", least: 1 }),
  ),
  timeout_seconds: defaulted(
    about(
      "how long the server may be silent for one answer",
      number("a number above 0, at most 3600", { exclusiveMinimum: 0, maximum: 3600 }),
    ),
    DEFAULT_TIMEOUT_SECONDS,
  ),
});

/** What a worker's file says of one server. */
export const SERVER: Format<McpConfig> = converted(SERVER_KEYS, configOf);

function configOf(keys: ServerKeys, field: Field): McpConfig {
  const { tools, timeout_seconds: seconds } = keys;
  return { server: serverOf(keys, field), tools, timeoutMs: seconds * MS_PER_SECOND };
}

function serverOf(keys: ServerKeys, field: Field): McpServer {
  const { command, args = [], env = NO_VARIABLES, url, headers = new Map(), sandbox } = keys;
  if (url !== undefined && command === undefined) {
    checkStray(field, ["args", "env", "sandbox"], "url");
    return { kind: "address", url, headers: Object.fromEntries(headers) };
  }
  if (command === undefined || url !== undefined) {
    throw fieldError(field, 'needs one of "command" and "url", and not both', [
      "write command: PROGRAM and args: [...] for a server that is started",
      "write url: https://... for a server that runs elsewhere",
    ]);
  }
  checkStray(field, ["headers"], "command");
  return { kind: "program", command, args, env, ...(sandbox ? { sandbox } : {}) };
}

/** Names a key that goes with the other kind of server. */
function checkStray(field: Field, keys: readonly string[], kept: string): void {
  for (const [key, { value }] of entriesOf(field, SERVER_KEYS.expects)) {
    if (!keys.includes(key) || isNothing(value)) continue;
    throw fieldError(childField(field, key, value), `does not go with "${kept}"`);
  }
}

function checkUrl(written: string, field: Field): string {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw wrongValue(field, "an http or https address");
  if (url.username === "" && url.password === "") return written;
  throw fieldError(field, "holds a user or a password", ["write an Authorization in headers"]);
}

function checkHeaders(headers: ReadonlyMap<string, string>, field: Field) {
  for (const [name, value] of headers) {
    const problem = headerProblem(value);
    if (problem !== undefined) throw fieldError(fieldAt(field, [name]), `holds ${problem}`);
  }
  return headers;
}

/** One of a worker's servers. */
export interface NamedServer {
  /** Its name below `mcp`; undefined where the worker has one server without a name. */
  readonly name: string | undefined;
  readonly config: McpConfig;
  /** Its own `_approval_config`, by the server's own names of its tools. */
  readonly approvals: ToolApprovals;
}

/** What the name of a server may be; `__proto__` is a name that only an attack has. */
const NAME = /^(?!__proto__$)[A-Za-z0-9_-]{1,64}$/;

const KEYS: readonly string[] = Object.keys(SERVER_KEYS.keys);

const NAMED_KEYS = mapOf(
  { ...SERVER_KEYS.keys, [APPROVALS_KEY]: toolApprovals },
  { expects: "a server: a map with command or url" },
);

/** A server below its name. */
const NAMED: Format<Omit<NamedServer, "name">> = converted(NAMED_KEYS, (keys, field) => {
  const { [APPROVALS_KEY]: approvals = NO_APPROVALS } = keys;
  return { config: configOf(keys, field), approvals };
});

const NO_APPROVALS: ToolApprovals = Object.freeze(Object.create(null));

const EXPECTED = "a map with command or url, or a map of servers";

/**
 * One server by its keys, or servers by their names, with `_approval_config` in both.
 */
const ONE_OR_NAMED: Format<MapTree["entries"]> = {
  expects: EXPECTED,
  read: (field) => entriesOf(field, EXPECTED),
  schema: (shared) => ({
    anyOf: [
      NAMED_KEYS.schema(shared),
      {
        type: "object",
        properties: { [APPROVALS_KEY]: toolApprovals.schema(shared) },
        propertyNames: { pattern: NAME.source, not: { enum: [...KEYS] } },
        additionalProperties: NAMED.schema(shared),
      },
    ],
  }),
};

/**
 * What a worker's file says below `mcp`. Any of the keys of a server makes it one server, so none of
 * them can be a server's name.
 */
export const MCP: Format<readonly NamedServer[]> = converted(ONE_OR_NAMED, (entries, field) => {
  if (entries.has(APPROVALS_KEY)) toolApprovals.read(fieldAt(field, [APPROVALS_KEY]));
  const all = [...entries].filter(([key]) => key !== APPROVALS_KEY);
  if (all.some(([key]) => KEYS.includes(key)) || !all.some(isNamed)) {
    checkOneServer(all, field);
    return [{ name: undefined, config: SERVER.read(field), approvals: NO_APPROVALS }];
  }
  return all.map(([name, entry]) => readNamed(name, entry, field));
});

type NamedEntry = readonly [name: string, entry: MapEntry];

/** Whether an entry is a server by its name, whatever is wrong with it, and no misspelt key. */
function isNamed([name, { value }]: NamedEntry): boolean {
  return value.kind === "map" || isNothing(value) || nearest(name, KEYS) === undefined;
}

/** Names what is wrong where the two forms are mixed. */
function checkOneServer(entries: readonly NamedEntry[], field: Field): void {
  const nested = entries.find(([, { value }]) => looksLikeServer(value));
  if (!nested) return;
  const [name, entry] = nested;
  if (KEYS.includes(name)) {
    throw keyError(field, entry, {
      says: `has a server "${name}", which is a key of a server and cannot be the name of one`,
      tries: [`give the server another name, as in my_${name}`],
    });
  }
  throw keyError(field, entry, {
    says: `has a server "${name}" beside the keys of another one`,
    tries: [
      "put each server under a name of its own: mcp: { NAME: { command: PROGRAM }, OTHER: { url: ... } }",
    ],
  });
}

function looksLikeServer(tree: Tree): boolean {
  return tree.kind === "map" && (tree.entries.has("command") || tree.entries.has("url"));
}

function readNamed(name: string, entry: MapEntry, field: Field): NamedServer {
  if (!NAME.test(name)) {
    throw keyError(field, entry, {
      says: `has a key ${JSON.stringify(name.slice(0, 80))}, which cannot be the name of a server`,
      tries: ["use 1 to 64 letters, digits, _ or -"],
    });
  }
  const server = childField(field, name, entry.value);
  if (server.tree.kind !== "map" && !isNothing(server.tree)) {
    const near = nearest(name, KEYS);
    // It may be the value of a misspelt key, so it is not shown.
    throw fieldError(server, `must be ${NAMED_KEYS.expects}`, [
      near === undefined ? `write ${name}: { command: PROGRAM }` : `write "${near}"`,
    ]);
  }
  return { name, ...NAMED.read(server) };
}

function keyError(
  field: Field,
  { keyPlace }: MapEntry,
  { says, tries }: { readonly says: string; readonly tries: readonly string[] },
): LlmDoError {
  return fieldError({ ...field, tree: { ...field.tree, place: keyPlace } }, says, tries);
}
