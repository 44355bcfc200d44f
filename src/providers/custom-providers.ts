import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Environment } from "../host/host.ts";
import { PROVIDERS, type ProviderRow, type ProviderTable } from "./provider-table.ts";

/** The environment variable that adds servers compatible with Chat Completions. */
export const CUSTOM_PROVIDERS_VARIABLE = "LLM_DO_PROVIDERS";

/** Names before a colon that need no server; a row would never be reached. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(["script", "test"]);

/** What the name of an added server may look like. */
export const PROVIDER_NAME = /^[A-Za-z0-9_-]+$/;

/** What the name of an environment variable may look like. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether a name before a colon has a meaning that an added server must not take. */
export function isBuiltInProvider(name: string): boolean {
  return RESERVED_NAMES.has(name) || Object.hasOwn(PROVIDERS, name);
}

/**
 * The row of an added server.
 *
 * @param keyVariable the environment variable with its key; undefined for a server without one
 */
export function chatServer(address: string, keyVariable: string | undefined): ProviderRow {
  return {
    wire: "openai-chat",
    baseUrl: address.replace(/\/+$/, ""),
    keyVariables: keyVariable === undefined ? [] : [keyVariable],
    keyOptional: keyVariable === undefined,
  };
}

/**
 * Reads the servers that `LLM_DO_PROVIDERS` adds: `name=baseUrl` for one without a key, or
 * `name=baseUrl|KEY_VARIABLE`, separated by commas.
 *
 * @throws LlmDoError `configuration` for an entry that is none of these or takes a name again
 */
export function customProviders(env: Environment): ProviderTable {
  const rows: Record<string, ProviderRow> = {};
  for (const entry of (env[CUSTOM_PROVIDERS_VARIABLE] ?? "").split(",")) {
    if (entry.trim() === "") continue;
    const { name, row } = readEntry(entry.trim());
    if (isBuiltInProvider(name)) {
      throw malformed(`the name "${name}" is built in`, "take another name");
    }
    if (Object.hasOwn(rows, name)) throw malformed(`"${name}" stands there twice`, "remove one");
    rows[name] = row;
  }
  return rows;
}

function readEntry(entry: string): { readonly name: string; readonly row: ProviderRow } {
  const [, name, address, keyVariable] =
    /^([A-Za-z0-9_-]+)=([^|\s]+)(?:\|([A-Za-z_][A-Za-z0-9_]*))?$/.exec(entry) ?? [];
  if (name === undefined || address === undefined) {
    // The entry itself may hold a key where the variable's name belongs, so it is not shown.
    const known = /^([A-Za-z0-9_-]+)=/.exec(entry)?.[1];
    throw malformed(known === undefined ? "an entry has no name" : `"${known}" cannot be read`);
  }
  if (!isHttpUrl(address)) throw malformed(`the address of "${name}" is no http or https URL`);
  return { name, row: chatServer(address, keyVariable) };
}

/** Whether a text is an address that can be asked. */
export function isHttpUrl(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:");
}

function malformed(reason: string, hint?: string): LlmDoError {
  return new LlmDoError({
    code: "configuration",
    verb: "read",
    what: CUSTOM_PROVIDERS_VARIABLE,
    reason,
    tries: [
      hint ?? "write name=baseUrl or name=baseUrl|KEY_VARIABLE, separated by commas",
      `for example ${CUSTOM_PROVIDERS_VARIABLE}="local=http://localhost:8000/v1"`,
    ],
  });
}
