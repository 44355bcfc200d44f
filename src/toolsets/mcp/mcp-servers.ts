import type { ApprovalConfig } from "../../functions/llm-function.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { nearest } from "../../words/nearest.ts";
import { ConfigKeys } from "../config-keys.ts";
import { MCP_KEYS, type McpConfig, readMcpConfig } from "./mcp-config.ts";

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
