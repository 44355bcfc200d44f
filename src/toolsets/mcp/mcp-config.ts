import { headerProblem, isHeaderName } from "../../host/header-value.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
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
