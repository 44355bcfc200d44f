import { type CamelKeys, camelKeys } from "../../format/camel-keys.ts";
import { about } from "../../format/combine.ts";
import { type Field, fieldError } from "../../format/reader.ts";
import { flag, oneOf } from "../../format/scalars.ts";
import { yamlError } from "../../yaml/yaml-source.ts";
import type { WireName } from "../wire/provider-config.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";

/** The switches of a server under the keys that files write them with. */
export const SWITCH_KEYS = {
  max_tokens_field: about(
    "the field for `settings.max_tokens`; default `auto`: by the model's name",
    oneOf(["auto", "max_tokens", "max_completion_tokens"]),
  ),
  seed_field: about("the field for `settings.seed`", oneOf(["seed", "random_seed"])),
  stream: about(
    "`false`: answers are asked for in one piece, for gateways that cannot pass a stream on",
    flag,
  ),
  stream_usage: about("`false`: usage is not asked for by `stream_options`", flag),
  json_schema: about(
    "`lenient`: output schemas are never sent as strict; `none`: a tool takes the answer instead",
    oneOf(["strict", "lenient", "none"]),
  ),
  schemas: about(
    "what the server takes of schemas: see schemas",
    oneOf(["openai", "compatible", "closed", "gemini", "grammar"]),
  ),
  thinking: about(
    "how `settings.thinking` is sent: see thinking",
    oneOf(["none", "effort", "effort-none", "effort-toggle", "reasoning-object", "chat-template"]),
  ),
  images: about("`false`: images are refused before a request", flag),
  pdf: about(
    "the part that holds a PDF; `none`: PDF is refused before a request",
    oneOf(["file", "document_url", "none"]),
  ),
  system_role: about(
    "the role of the instructions; `user`: they begin the first user message",
    oneOf(["system", "developer", "user"]),
  ),
  strict_tools: about("`true`: tools are sent as strict where their schemas allow it", flag),
  reasoning_echo: about(
    "the field in which a model's reasoning goes back to it: the one that it came in, none, or the one named",
    oneOf(["same-field", "never", "reasoning", "reasoning_content"]),
  ),
  tool_choice: about(
    "the values of `settings.tool_choice` that the server takes; `none`: the field is never sent",
    oneOf(["all", "no-name", "auto-only", "none"]),
  ),
  call_ids: about(
    "ids of tool calls as the server takes them; others are mapped to such ones",
    oneOf(["any", "40-characters", "9-alphanumeric"]),
  ),
  strict_roles: about(
    "true: an answer stands between the results of tools and the next message of the user",
    flag,
  ),
  user_field: about(
    "the field in which `settings.user` is sent",
    oneOf(["user", "safety_identifier", "none"]),
  ),
  cache_marks: about("`false`: no `cache_control` is sent", flag),
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
