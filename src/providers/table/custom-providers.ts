import { LlmDoError } from "../../errors/llm-do-error.ts";
import type { Environment } from "../../host/host.ts";
import type { Json } from "../../model/json.ts";
import { treeFromJson } from "../../yaml/tree.ts";
import type { ProviderRow, ProviderTable } from "./provider-table.ts";
import { addressProblem, readAddress } from "./server-address.ts";
import { isBuiltInProvider, keyOf, servers } from "./server-reader.ts";

/** The environment variable that adds servers and changes built-in ones. */
export const CUSTOM_PROVIDERS_VARIABLE = "LLM_DO_PROVIDERS";

const PLACE = { file: CUSTOM_PROVIDERS_VARIABLE };

/**
 * Reads the servers of `LLM_DO_PROVIDERS`. The short form adds servers that speak Chat Completions:
 * `name=baseUrl` for one without a key, or `name=baseUrl|KEY_VARIABLE`, separated by commas. A value
 * that begins with `{` is a JSON object from name to server, with the keys of `llm-do.yaml`.
 *
 * Errors do not show the value, which may hold keys.
 *
 * @throws LlmDoError `configuration` for a value that is neither, and for a wrong entry
 */
export function customProviders(env: Environment): ProviderTable {
  const value = env[CUSTOM_PROVIDERS_VARIABLE]?.trim() ?? "";
  return value.startsWith("{") ? readJson(value) : readShortForm(value);
}

function readJson(value: string): ProviderTable {
  const source = {
    file: CUSTOM_PROVIDERS_VARIABLE,
    code: "configuration",
    verb: "read",
    noun: "the value",
  } as const;
  const tree = treeFromJson(parseJson(value), PLACE);
  return servers.read({ source, path: [], tree });
}

function parseJson(value: string): Json {
  try {
    return JSON.parse(value);
  } catch {
    // The message of JSON.parse quotes the text, so it is left to whoever may see that.
    throw malformed(
      "it begins with { and is not valid JSON",
      `node -e 'JSON.parse(process.env.${CUSTOM_PROVIDERS_VARIABLE})' shows where`,
    );
  }
}

function readShortForm(value: string): ProviderTable {
  const rows: Record<string, ProviderRow> = {};
  for (const entry of value.split(",")) {
    if (entry.trim() === "") continue;
    const { name, row } = readShortEntry(entry.trim());
    if (isBuiltInProvider(name)) {
      throw malformed(
        `the name "${name}" is built in`,
        `take another name, or change it by JSON: {"${name}":{"base_url":"http://localhost:8000/v1"}}`,
      );
    }
    if (Object.hasOwn(rows, name)) throw malformed(`"${name}" stands there twice`, "remove one");
    rows[name] = row;
  }
  return rows;
}

function readShortEntry(entry: string): { readonly name: string; readonly row: ProviderRow } {
  const [, name, address, keyVariable] =
    /^([A-Za-z0-9_-]+)=([^|\s]+)(?:\|([A-Za-z_][A-Za-z0-9_]*))?$/.exec(entry) ?? [];
  if (name === undefined || address === undefined) {
    // The entry itself may hold a key where the variable's name belongs, so it is not shown.
    const known = /^([A-Za-z0-9_-]+)=/.exec(entry)?.[1];
    throw malformed(known === undefined ? "an entry has no name" : `"${known}" cannot be read`);
  }
  const problem = addressProblem(address);
  if (problem !== undefined) throw malformed(`the address of "${name}" must ${problem}`);
  const wire = "openai-chat";
  const { baseUrl, query } = readAddress(address, wire, PLACE);
  return { name, row: { wire, baseUrl, ...keyOf(keyVariable), switches: {}, headers: {}, query } };
}

function malformed(reason: string, hint?: string): LlmDoError {
  return new LlmDoError({
    code: "configuration",
    verb: "read",
    what: CUSTOM_PROVIDERS_VARIABLE,
    reason,
    tries: [
      hint ??
        "write name=baseUrl or name=baseUrl|KEY_VARIABLE, separated by commas, or a JSON object",
      `for example ${CUSTOM_PROVIDERS_VARIABLE}="local=http://localhost:8000/v1"`,
    ],
  });
}
