import { LlmDoError } from "../errors/llm-do-error.ts";
import type { Environment } from "../host/host.ts";
import { PROVIDERS, type ProviderRow, type ProviderTable } from "./provider-table.ts";

/** The environment variable that adds servers compatible with Chat Completions. */
export const CUSTOM_PROVIDERS_VARIABLE = "LLM_DO_PROVIDERS";

/** Names before a colon that need no server; a row would never be reached. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(["script", "test"]);

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
    if (RESERVED_NAMES.has(name) || Object.hasOwn(PROVIDERS, name)) {
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
  const keyVariables = keyVariable === undefined ? [] : [keyVariable];
  const keyOptional = keyVariable === undefined;
  return { name, row: { wire: "openai-chat", baseUrl: address, keyVariables, keyOptional } };
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
