import type { ProviderConfig } from "../provider-config.ts";
import type { SaidFailure } from "./diagnose.ts";

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
