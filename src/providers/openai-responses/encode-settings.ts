import type { OpenAI } from "openai";
import { snakeKey } from "../../format/camel-keys.ts";
import { type ModelRequest, type ModelSettings, splitModelName } from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import { isReasoningModel } from "../wire/request/reasoning-models.ts";
import { choiceOf } from "../wire/request/tool-choice.ts";
import { DEFAULT_SWITCHES, type ServerSwitches } from "../wire/server-switches.ts";

type Params = OpenAI.Responses.ResponseCreateParamsStreaming;

/** Settings that the Responses API has no field for. */
const NOT_TAKEN = [
  "topK",
  "stopSequences",
  "seed",
  "presencePenalty",
  "frequencyPenalty",
] as const satisfies readonly (keyof ModelSettings)[];

/**
 * The fields of a request that come from its settings.
 *
 * @throws LlmDoError `configuration` for a setting that the Responses API does not take
 */
export function encodeSettings(
  request: ModelRequest,
  switches: ServerSwitches = DEFAULT_SWITCHES,
): Partial<Params> {
  const { settings } = request;
  for (const name of NOT_TAKEN) if (settings[name] !== undefined) throw notTaken(request, name);
  if (settings.citations === true) throw notTaken(request, "citations");
  const { temperature, topP, maxTokens, parallelToolCalls, user } = settings;
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(maxTokens === undefined ? {} : { max_output_tokens: maxTokens }),
    ...(parallelToolCalls === undefined ? {} : { parallel_tool_calls: parallelToolCalls }),
    // Not `user`, which it replaces (SDK, `ResponseCreateParamsBase.safety_identifier`).
    ...(user === undefined ? {} : { safety_identifier: user }),
    ...encodeThinking(request, switches),
  };
}

function notTaken({ model }: ModelRequest, name: keyof ModelSettings) {
  const setting = `settings.${snakeKey(name)}`;
  return refuseRequest(model, setting, [`remove ${setting}, or use a provider that takes it`]);
}

/**
 * The effort, and the encrypted reasoning that a stateless conversation must send back, if it is to
 * go back at all. A model that does not think is off already: `off` adds nothing there.
 */
function encodeThinking(request: ModelRequest, { reasoningEcho }: ServerSwitches): Partial<Params> {
  const { thinking } = request.settings;
  const reasons = isReasoningModel(splitModelName(request.model).name);
  if (typeof thinking === "object") {
    throw refuseRequest(request.model, "settings.thinking.budget_tokens", [
      "set thinking to off, low, medium or high",
    ]);
  }
  const encrypted: Partial<Params> =
    reasoningEcho === "never" ? {} : { include: ["reasoning.encrypted_content"] };
  if (thinking === undefined) return reasons ? encrypted : {};
  if (thinking === "off") return reasons ? { ...encrypted, reasoning: { effort: "none" } } : {};
  return { ...encrypted, reasoning: { effort: thinking } };
}

type ToolChoice = OpenAI.Responses.ToolChoiceOptions | OpenAI.Responses.ToolChoiceFunction;

/**
 * The field that says whether the model must call a tool.
 *
 * @throws LlmDoError `configuration` for a choice that the server cannot be held to
 */
export function encodeToolChoice(
  request: ModelRequest,
  switches: ServerSwitches,
): { tool_choice?: ToolChoice } {
  const asked = choiceOf(request, switches);
  if (asked === undefined) return {};
  if (asked.kind !== "tool") return { tool_choice: asked.kind };
  return { tool_choice: { type: "function", name: asked.name } };
}
