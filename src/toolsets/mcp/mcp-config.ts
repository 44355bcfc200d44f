import type { ApprovalConfig } from "../../functions/llm-function.ts";
import { headerProblem, isHeaderName } from "../../host/header-value.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";
import { ConfigKeys } from "../config-keys.ts";
import {
  EXPECTED_VARIABLES,
  type ProgramVariables,
  readProgramVariables,
} from "../program-variables.ts";
import { readSandbox, SANDBOX, type SandboxConfig } from "../sandbox/sandbox-config.ts";

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
  | { readonly kind: "address"; readonly url: string; readonly headers: Texts };

type Texts = Readonly<Record<string, string>>;

/** The keys of a configuration, each with what it must be. */
export const MCP_KEYS = {
  command: "a program",
  args: "a list of texts",
  env: EXPECTED_VARIABLES,
  sandbox: SANDBOX,
  url: "an http or https address",
  headers: "a map of texts",
  tools: "a list of names",
  timeout_seconds: "a number above 0, at most 3600",
} as const;

type Key = keyof typeof MCP_KEYS;
type Keys = ConfigKeys<Key>;
type Fields = Partial<Record<Key, Json>>;

/**
 * Variables that a server gets beside those of every program: with them it has what
 * `DEFAULT_INHERITED_ENV_VARS` of the official SDK names, read 2026-11-23.
 */
export const SERVER_VARIABLES: readonly string[] = ["LOGNAME", "SHELL", "USER"];

/** Seconds for one answer where nothing is said: the default of the official SDKs. */
export const DEFAULT_TIMEOUT_SECONDS = 60;
const MAX_TIMEOUT_SECONDS = 3600;
const MS_PER_SECOND = 1000;

/**
 * Reads what a worker's file says of one server.
 *
 * @param part which of several servers it is, for errors
 * @throws LlmDoError `configuration`
 */
export function readMcpConfig(config: JsonObject, part?: string): McpConfig {
  const keys: Keys = new ConfigKeys("mcp", MCP_KEYS, part);
  const fields = keys.fieldsOf(config);
  const tools = fields.tools === undefined ? undefined : textList(keys, fields.tools, "tools");
  if (tools?.length === 0)
    throw keys.refused('"tools" is an empty list', ["remove it to use all tools"]);
  const server = readServer(keys, fields, part);
  return { server, tools, timeoutMs: readTimeout(keys, fields.timeout_seconds) };
}

function readServer(keys: Keys, fields: Fields, part: string | undefined): McpServer {
  const { command, args, env, url, headers, sandbox } = fields;
  if ((command === undefined) === (url === undefined)) {
    throw keys.refused('one of "command" and "url" must be there, and not both', [
      "write command: PROGRAM and args: [...] for a server that is started",
      "write url: https://... for a server that runs elsewhere",
    ]);
  }
  const stray = Object.entries(url === undefined ? { headers } : { args, env, sandbox }).find(
    ([, value]) => value !== undefined,
  );
  if (stray)
    throw keys.refused(`"${stray[0]}" does not go with "${url === undefined ? "command" : "url"}"`);
  if (url !== undefined) {
    return { kind: "address", url: readUrl(keys, url), headers: readHeaders(keys, headers) };
  }
  if (typeof command !== "string" || command.trim() === "") throw keys.wrongValue("command");
  const words = args === undefined ? [] : textList(keys, args, "args");
  const variables = readProgramVariables(env);
  if (variables === undefined) throw keys.wrongValue("env");
  const wall = readSandbox(sandbox, "mcp", part);
  const program = { command, args: words, env: variables };
  return { kind: "program", ...program, ...(wall ? { sandbox: wall } : {}) };
}

function readUrl(keys: Keys, value: Json): string {
  if (typeof value !== "string" || !URL.canParse(value)) throw keys.wrongValue("url");
  const { protocol, username, password } = new URL(value);
  if (!/^https?:$/.test(protocol)) throw keys.wrongValue("url");
  if (username !== "" || password !== "") {
    throw keys.refused('"url" holds a user or a password', ["write an Authorization in headers"]);
  }
  return value;
}

function readHeaders(keys: Keys, value: Json | undefined): Texts {
  const headers = textMap(keys, value, "headers");
  for (const [name, text] of Object.entries(headers)) {
    // It may be a key that stands in the wrong place, so it is not shown.
    if (!isHeaderName(name)) throw keys.refused('"headers" has a name that no header can have');
    const problem = headerProblem(text);
    if (problem !== undefined) throw keys.refused(`the header "${name}" holds ${problem}`);
  }
  return headers;
}

function readTimeout(keys: Keys, value: Json | undefined): number {
  if (value === undefined) return DEFAULT_TIMEOUT_SECONDS * MS_PER_SECOND;
  if (typeof value === "number" && value > 0 && value <= MAX_TIMEOUT_SECONDS) {
    return value * MS_PER_SECOND;
  }
  throw keys.wrongValue("timeout_seconds");
}

function textList(keys: Keys, value: Json, key: Key): readonly string[] {
  // A number among arguments is what a person meant as a text.
  const texts = Array.isArray(value) ? value.map(scalarText) : [undefined];
  if (texts.every((text) => text !== undefined)) return texts;
  throw keys.wrongValue(key);
}

function textMap(keys: Keys, value: Json | undefined, key: Key): Texts {
  if (value === undefined) return {};
  if (!isJsonObject(value)) throw keys.wrongValue(key);
  const entries = Object.entries(value).map(([name, item]) => [name, scalarText(item)] as const);
  if (entries.some(([, text]) => text === undefined)) throw keys.wrongValue(key);
  return Object.fromEntries(entries) as Texts; // none is undefined
}

function scalarText(value: Json): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** One of a worker's servers. */
export interface NamedServer {
  /** Its name below `mcp`; undefined where the worker has one server without a name. */
  readonly name: string | undefined;
  readonly config: McpConfig;
  /** Its own `_approval_config`, by the server's own names of its tools. */
  readonly approvals: Readonly<Record<string, ApprovalConfig>>;
}

const APPROVALS_KEY = "_approval_config";

/** What the name of a server may be; `__proto__` is a name that only an attack has. */
const NAME = /^(?!__proto__$)[A-Za-z0-9_-]{1,64}$/;

const KEYS: readonly string[] = Object.keys(MCP_KEYS);

const all = new ConfigKeys("mcp", MCP_KEYS);

/**
 * Reads what a worker's file says below `mcp`: one server by its keys, or servers by their names.
 * Any of the keys of a server makes it one server, so none of them can be a server's name.
 *
 * @throws LlmDoError `configuration`
 */
export function readMcpServers(config: JsonObject): readonly NamedServer[] {
  const entries = Object.entries(config);
  if (entries.some(([key]) => KEYS.includes(key)) || !entries.some(isNamed)) {
    checkOneServer(config);
    return [{ name: undefined, config: readMcpConfig(config), approvals: NO_APPROVALS }];
  }
  return entries.map(([name, value]) => readNamed(name, value));
}

/** Whether an entry is a server by its name, whatever is wrong with it, and no misspelt key. */
function isNamed([name, value]: [string, Json]): boolean {
  return isJsonObject(value) || value === null || nearest(name, KEYS) === undefined;
}

const NO_APPROVALS: NamedServer["approvals"] = Object.freeze(Object.create(null));

/** Names what is wrong where the two forms are mixed. */
function checkOneServer(config: JsonObject): void {
  const nested = Object.entries(config).find(([, value]) => looksLikeServer(value));
  if (!nested) return;
  const [name] = nested;
  if (KEYS.includes(name)) {
    throw all.refused(`"${name}" is a key of a server and cannot be the name of one`, [
      `give the server another name, as in my_${name}`,
    ]);
  }
  throw all.refused(`the server "${name}" stands beside the keys of another one`, [
    "put each server under a name of its own: mcp: { NAME: { command: PROGRAM }, OTHER: { url: ... } }",
  ]);
}

function looksLikeServer(value: Json): boolean {
  return isJsonObject(value) && (Object.hasOwn(value, "command") || Object.hasOwn(value, "url"));
}

function readNamed(name: string, value: Json): NamedServer {
  if (!NAME.test(name)) {
    const shown = JSON.stringify(name.slice(0, 80));
    throw all.refused(`${shown} cannot be the name of a server`, [
      "use 1 to 64 letters, digits, _ or -",
    ]);
  }
  if (!isJsonObject(value) && value !== null) {
    const near = nearest(name, KEYS);
    throw all.refused(`"${name}" must be a server: a map with command or url`, [
      near === undefined ? `write ${name}: { command: PROGRAM }` : `write "${near}"`,
    ]);
  }
  const { [APPROVALS_KEY]: approvals, ...config } = value ?? {};
  const part = `server "${name}"`;
  return { name, config: readMcpConfig(config, part), approvals: readApprovals(approvals, part) };
}

const APPROVAL_KEYS = { pre_approved: "true or false", blocked: "true or false" } as const;

function readApprovals(value: Json | undefined, part: string): NamedServer["approvals"] {
  if (value === undefined || value === null) return NO_APPROVALS;
  if (!isJsonObject(value)) {
    const keys = new ConfigKeys("mcp", { [APPROVALS_KEY]: "a map of tools" }, part);
    throw keys.wrongValue(APPROVALS_KEY);
  }
  const approvals: Record<string, ApprovalConfig> = Object.create(null);
  for (const [tool, said] of Object.entries(value)) {
    approvals[tool] = readApproval(said, `${part}, ${APPROVALS_KEY} of "${tool}"`);
  }
  return approvals;
}

function readApproval(said: Json, part: string): ApprovalConfig {
  const keys = new ConfigKeys("mcp", APPROVAL_KEYS, part);
  if (said !== null && !isJsonObject(said)) {
    throw keys.refused("it must be a map with pre_approved or blocked");
  }
  const { pre_approved = false, blocked = false } = keys.fieldsOf(said ?? {});
  if (typeof pre_approved !== "boolean") throw keys.wrongValue("pre_approved");
  if (typeof blocked !== "boolean") throw keys.wrongValue("blocked");
  return { preApproved: pre_approved, blocked };
}
