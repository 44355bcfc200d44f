import type { ProviderConfig } from "../provider-config.ts";
import { withoutSecrets } from "./secrets.ts";

/** Why a server does not serve whoever asks. */
export type AccessProblem = "no-credit" | "unknown" | "forbidden";

/**
 * What to do when a server refuses access. Names the variables that hold what was sent, and says how
 * to add one where nothing was.
 */
export function accessTries(
  config: ProviderConfig,
  model: string,
  problem: AccessProblem,
): readonly string[] {
  const { keyVariable, variables = [] } = config;
  const sent = keyVariable === "" ? variables : [keyVariable, ...variables];
  if (sent.length > 0) return [checkTry(sent, model, problem)];
  if (problem === "no-credit") return ["add credit to the account that the server belongs to"];
  return keyTries(config);
}

function checkTry(sent: readonly string[], model: string, problem: AccessProblem): string {
  const names = sent.join(" and ");
  switch (problem) {
    case "no-credit":
      return `add credit to the account that the key in ${names} belongs to`;
    case "unknown":
      return sent.length > 1 ? `check the values of ${names}` : `set ${names} to a valid key`;
    case "forbidden":
      return `check that the key in ${names} may use ${model}`;
    default:
      throw new TypeError(`unknown problem ${String(problem satisfies never)}`);
  }
}

/** How to give a server a key. */
function keyTries(config: ProviderConfig): readonly string[] {
  const { provider } = config;
  const variable = `${provider.toUpperCase().replaceAll("-", "_")}_API_KEY`.replace(/^(\d)/, "_$1");
  return [
    `set ${variable} to the server's key, and name it: key_variable: ${variable} for "${provider}" under providers in llm-do.yaml`,
    `or, where LLM_DO_PROVIDERS adds the server, ${environmentTry(config, variable)}`,
  ];
}

/** The short form is only for Chat Completions: a server on another wire stands there as JSON. */
function environmentTry(config: ProviderConfig, variable: string): string {
  const { provider, baseUrl = "BASE_URL", wire = "openai-chat" } = config;
  if (wire !== "openai-chat") return `add "key_variable":"${variable}" to its "${provider}"`;
  return `write ${provider}=${withoutSecrets(config, baseUrl)}|${variable}`;
}
