import { type Advice, LlmDoError } from "../../errors/llm-do-error.ts";
import { headerProblem } from "../../host/header-value.ts";
import type { Environment } from "../../host/host.ts";
import { ownField } from "../../model/json.ts";
import { splitModelName } from "../../model/request.ts";
import { nearest } from "../../words/nearest.ts";
import type { ProviderConfig } from "../wire/provider-config.ts";
import { customProviders } from "./custom-providers.ts";
import { fillParameters, offline } from "./fill-parameters.ts";
import { PROVIDERS, type ProviderRow, type ProviderTable } from "./provider-table.ts";
import { addressProblem, readAddress } from "./server-address.ts";
import { variableValue } from "./variable-text.ts";

export interface ResolvedProvider {
  readonly config: ProviderConfig;
  readonly row: ProviderRow;
}

/** A model's provider, as far as it is known without a key. */
export interface FoundProvider {
  readonly row: ProviderRow;
  readonly provider: string;
  /** Address without a trailing slash. */
  readonly baseUrl: string;
  /** The environment variable that the address came from; absent for any other address. */
  readonly baseUrlVariable?: string;
}

/**
 * Finds out how to reach a model's provider.
 *
 * @param extra rows of the project; they win over those of the environment and built-in ones
 * @throws LlmDoError `configuration` when the name has no known provider, its key or another
 * variable that it needs is missing, or the key is none that a header can hold
 */
export function resolveProvider(
  model: string,
  env: Environment,
  extra?: ProviderTable,
): ResolvedProvider {
  const { row, ...found } = findProvider(model, env, extra);
  const config = {
    ...found,
    wire: row.wire,
    ...sentKey(row, env, model),
    ...fillParameters(row, env, found.provider),
  };
  return { row, config };
}

/**
 * Finds a model's provider; looks for no key.
 *
 * @throws LlmDoError `configuration` when the name has no known provider, or its address is none
 */
export function findProvider(
  model: string,
  env: Environment,
  extra: ProviderTable = {},
): FoundProvider {
  const { provider, name } = splitModelName(model);
  if (provider === "" || name === "") throw incompleteName(model);
  const table = { ...PROVIDERS, ...customProviders(env), ...extra };
  const row = ownField(table, provider);
  if (!row) throw unknownProvider(model, provider, Object.keys(table));
  return { provider, ...locate(row, env, model) };
}

/** A provider's address, and its row with the query that the address may hold. */
function locate(
  row: ProviderRow,
  env: Environment,
  model: string,
): Omit<FoundProvider, "provider"> {
  const variable = row.baseUrlVariable;
  const address = variable === undefined ? undefined : variableValue(env, variable);
  if (variable === undefined || address === undefined) return { row, baseUrl: row.baseUrl };
  const problem = addressProblem(address);
  if (problem !== undefined) {
    throw configuration(model, `the base URL in ${variable} must ${problem}`, [
      "write the whole address, as in http://localhost:8000/v1",
    ]);
  }
  const { baseUrl, query } = readAddress(address, row.wire, { file: variable });
  return { row: { ...row, query: { ...query, ...row.query } }, baseUrl, baseUrlVariable: variable };
}

function sentKey(row: ProviderRow, env: Environment, model: string) {
  for (const keyVariable of row.keyVariables) {
    const apiKey = variableValue(env, keyVariable);
    if (apiKey === undefined) continue;
    const problem = headerProblem(apiKey);
    if (problem !== undefined) throw unfitKey(model, keyVariable, problem);
    return { apiKey, keyVariable };
  }
  if (row.keyOptional) return { apiKey: "", keyVariable: row.keyVariables[0] ?? "" };
  const variables = row.keyVariables.join(" or ");
  throw configuration(model, `the environment variable ${variables} is not set`, [
    `set ${variables} to your key`,
    offline("run without a key"),
  ]);
}

/** Refused before `fetch` does, which quotes what it refuses. */
function unfitKey(model: string, variable: string, problem: string): LlmDoError {
  return configuration(model, `the key in the environment variable ${variable} holds ${problem}`, [
    `set ${variable} to the key alone, on one line`,
  ]);
}

function incompleteName(model: string): LlmDoError {
  const missing = model.includes(":") ? "needs a provider and a model" : "names no provider";
  return configuration(model, `a model's name is provider:model, and this one ${missing}`, [
    "write for example anthropic:claude-haiku-4-5",
  ]);
}

function unknownProvider(model: string, provider: string, known: readonly string[]): LlmDoError {
  const meant = nearest(provider, known);
  return configuration(model, `there is no provider "${provider}"`, [
    ...(meant === undefined ? [] : [`write "${meant}:${splitModelName(model).name}"`]),
    `use one of ${known.toSorted().join(", ")}`,
    'add a server of your own: LLM_DO_PROVIDERS="name=http://localhost:8000/v1"',
  ]);
}

function configuration(model: string, reason: string, tries: readonly (string | Advice)[]) {
  return new LlmDoError({ code: "configuration", verb: "use model", what: model, reason, tries });
}
