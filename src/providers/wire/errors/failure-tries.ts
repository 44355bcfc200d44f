import type { ProviderConfig } from "../provider-config.ts";
import type { SaidFailure } from "./diagnose.ts";
import { withoutSecrets } from "./secrets.ts";

/** Why a server does not serve whoever asks. */
type AccessProblem = "no-credit" | "unknown" | "forbidden";

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

const NOT_TAKEN = "(?:not supported|unsupported|does not support|unknown|unrecognized|invalid)";
const QUOTE = "['\"`]";
const ROLE = `${QUOTE}(system|developer)${QUOTE}`;

/** A server that refuses the field for the token limit and names the one that it wants. */
const OTHER_LIMIT = new RegExp(
  `${QUOTE}max_(?:completion_)?tokens${QUOTE}.{0,80}${NOT_TAKEN}.{0,80}\\buse ${QUOTE}(max_(?:completion_)?tokens)${QUOTE}`,
  "i",
);

/** A server that refuses the role of the instructions. */
const REFUSED_ROLES: readonly RegExp[] = [
  new RegExp(`\\brole\\b.{0,40}${NOT_TAKEN}.{0,40}${ROLE}`, "i"),
  new RegExp(`${NOT_TAKEN}.{0,40}\\brole\\b.{0,10}${ROLE}`, "i"),
  new RegExp(`${NOT_TAKEN} variant ${ROLE}`, "i"),
  /\b(system|developer) role (?:is )?not supported\b/i,
];

/** What a server writes when its own grammar could not hold the model to a schema (Groq). */
const BROKEN_JSON_TYPE = "json_validate_failed";

/** The switches that make a server take what it refused; empty where none would. */
export function switchTries(
  { provider, wire = "openai-chat" }: ProviderConfig,
  { type, message = "" }: SaidFailure,
): readonly string[] {
  const where = `for "${provider}" under providers in llm-do.yaml`;
  if (type === BROKEN_JSON_TYPE) {
    return [
      `set json_schema: none ${where}: a tool takes the answer instead`,
      "lower settings.temperature, or use another model",
    ];
  }
  // The other wires have one field for the limit and one place for the instructions.
  if (wire !== "openai-chat") return [];
  const limit = OTHER_LIMIT.exec(message)?.[1]?.toLowerCase();
  if (limit !== undefined) return [`set max_tokens_field: ${limit} ${where}`];
  const role = refusedRole(message);
  if (role === undefined) return [];
  const others = role === "system" ? "user, or to developer where the model knows it," : "system";
  return [`set system_role: ${others} ${where}`];
}

function refusedRole(message: string): string | undefined {
  for (const pattern of REFUSED_ROLES) {
    const role = pattern.exec(message)?.[1];
    if (role !== undefined) return role.toLowerCase();
  }
  return undefined;
}
