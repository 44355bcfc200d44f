import { type CamelKeys, camelKeys } from "../../format/camel-keys.ts";
import { type Field, fieldError } from "../../format/reader.ts";
import { yamlError } from "../../yaml/yaml-source.ts";
import type { WireName } from "../wire/provider-config.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { unshownFlag, unshownName } from "./unshown-reader.ts";

/** The switches of a server under the keys that files write them with. */
export const SWITCH_KEYS = {
  max_tokens_field: unshownName(["auto", "max_tokens", "max_completion_tokens"]),
  seed_field: unshownName(["seed", "random_seed"]),
  stream: unshownFlag,
  stream_usage: unshownFlag,
  json_schema: unshownName(["strict", "lenient", "none"]),
  schemas: unshownName(["openai", "compatible", "closed", "gemini", "grammar"]),
  thinking: unshownName([
    "none",
    "effort",
    "effort-none",
    "effort-toggle",
    "reasoning-object",
    "chat-template",
  ]),
  images: unshownFlag,
  pdf: unshownName(["file", "document_url", "none"]),
  system_role: unshownName(["system", "developer", "user"]),
  strict_tools: unshownFlag,
  reasoning_echo: unshownName(["same-field", "never", "reasoning", "reasoning_content"]),
  tool_choice: unshownName(["all", "no-name", "auto-only", "none"]),
  call_ids: unshownName(["any", "40-characters", "9-alphanumeric"]),
  strict_roles: unshownFlag,
  user_field: unshownName(["user", "safety_identifier", "none"]),
  cache_marks: unshownFlag,
};

type SwitchKey = keyof typeof SWITCH_KEYS;

/** Some of the switches, as they were read. */
type SwitchFields = {
  readonly [Key in SwitchKey]?: ReturnType<(typeof SWITCH_KEYS)[Key]["read"]>;
};

const CHAT: readonly WireName[] = ["openai-chat"];
const OPENAI: readonly WireName[] = ["openai-chat", "openai-responses"];
const ALL: readonly WireName[] = ["anthropic", "openai-chat", "openai-responses"];

/** The wires on which a switch has a meaning. */
const WIRES_OF: Readonly<Record<SwitchKey, readonly WireName[]>> = {
  max_tokens_field: CHAT,
  seed_field: CHAT,
  stream: ALL,
  stream_usage: CHAT,
  json_schema: ALL,
  schemas: CHAT,
  thinking: CHAT,
  images: CHAT,
  pdf: CHAT,
  system_role: CHAT,
  strict_tools: OPENAI,
  reasoning_echo: ALL,
  tool_choice: ALL,
  call_ids: CHAT,
  strict_roles: CHAT,
  user_field: CHAT,
  cache_marks: ["anthropic"],
};

/** Values that have a meaning on fewer wires than their switch. */
const WIRES_OF_VALUE: Readonly<Record<string, readonly WireName[]>> = {
  "json_schema: lenient": OPENAI,
  "reasoning_echo: reasoning": CHAT,
  "reasoning_echo: reasoning_content": CHAT,
};

/**
 * The switches among the fields of a server.
 *
 * @throws LlmDoError with its place, for one that has no meaning on the server's wire
 */
export function readSwitches(
  field: Field,
  fields: SwitchFields,
  wire: WireName,
): Partial<ServerSwitches> {
  const said: Record<string, unknown> = {};
  for (const key of switchKeys()) {
    const value = fields[key];
    if (value === undefined) continue;
    const written = `${key}: ${value}`;
    const wires = WIRES_OF_VALUE[written] ?? WIRES_OF[key];
    if (!wires.includes(wire)) throw meaningless(field, key, { written, wire, wires });
    said[key] = value;
  }
  const switches: CamelKeys<SwitchFields> = camelKeys(said as SwitchFields); // its keys and values
  return switches;
}

function switchKeys(): readonly SwitchKey[] {
  return Object.keys(SWITCH_KEYS) as SwitchKey[]; // its own keys
}

function meaningless(
  field: Field,
  key: SwitchKey,
  about: { readonly written: string; readonly wire: WireName; readonly wires: readonly WireName[] },
) {
  const entry = field.tree.kind === "map" ? field.tree.entries.get(key) : undefined;
  const says = `says ${about.written}, which has no meaning on the wire ${about.wire}`;
  const error = fieldError(field, says);
  return yamlError(field.source, {
    reason: error.reason,
    place: entry?.keyPlace ?? field.tree.place,
    tries: [`remove it, or say wire: ${about.wires.join(" or ")}`],
  });
}
