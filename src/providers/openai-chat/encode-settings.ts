import type { JsonObject } from "../../model/json.ts";
import {
  type ModelRequest,
  type ModelSettings,
  splitModelName,
  type Thinking,
} from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import { isOfReasoningFamily } from "../wire/request/reasoning-models.ts";
import { choiceOf, isForced } from "../wire/request/tool-choice.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";

/**
 * The settings as fields of the request's body.
 *
 * @throws LlmDoError `configuration` for a setting that the server cannot honour
 */
export function encodeSettings(
  settings: ModelSettings,
  switches: ServerSwitches,
  model: string,
): JsonObject {
  if (settings.topK !== undefined) {
    throw refuseRequest(model, "settings.top_k", ["remove settings.top_k, or use settings.top_p"]);
  }
  if (settings.citations === true) {
    throw refuseRequest(model, "settings.citations", [
      "remove settings.citations, or use a model of the provider anthropic",
    ]);
  }
  if (settings.user !== undefined && switches.userField === "none") {
    throw refuseRequest(model, "settings.user", ["remove settings.user"]);
  }
  const fields = {
    temperature: settings.temperature,
    top_p: settings.topP,
    [maxTokensField(switches, model)]: settings.maxTokens,
    stop: settings.stopSequences,
    [switches.seedField]: settings.seed,
    presence_penalty: settings.presencePenalty,
    frequency_penalty: settings.frequencyPenalty,
    parallel_tool_calls: settings.parallelToolCalls,
    ...(switches.userField === "none" ? {} : { [switches.userField]: settings.user }),
  };
  const given = Object.entries(fields).filter((entry) => entry[1] !== undefined);
  const thinking =
    settings.thinking === undefined ? {} : encodeThinking(settings.thinking, switches, model);
  return { ...(Object.fromEntries(given) as JsonObject), ...thinking }; // undefined was filtered out
}

function maxTokensField({ maxTokensField: field }: ServerSwitches, model: string): string {
  if (field !== "auto") return field;
  const { name } = splitModelName(model);
  return isOfReasoningFamily(name) ? "max_completion_tokens" : "max_tokens";
}

function encodeThinking(thinking: Thinking, switches: ServerSwitches, model: string): JsonObject {
  const way = switches.thinking;
  if (way === "none") throw refusedThinking(model, "settings.thinking");
  if (typeof thinking === "object") {
    if (way === "reasoning-object") return { reasoning: { max_tokens: thinking.budgetTokens } };
    throw refusedThinking(model, "a budget of tokens in settings.thinking, only an effort");
  }
  if (way === "chat-template") {
    return { chat_template_kwargs: { enable_thinking: thinking !== "off" } };
  }
  if (way === "reasoning-object") {
    return { reasoning: { effort: thinking === "off" ? "none" : thinking } };
  }
  if (thinking !== "off") return { reasoning_effort: thinking };
  if (way === "effort-none") return { reasoning_effort: "none" };
  if (way === "effort-toggle") return { thinking: { type: "disabled" } };
  throw refusedThinking(model, "settings.thinking: off");
}

function refusedThinking(model: string, what: string) {
  return refuseRequest(model, what, ["set settings.thinking to low, medium or high, or remove it"]);
}

/**
 * The field that says whether the model must call a tool.
 *
 * @throws LlmDoError `configuration` for a choice that the server cannot be held to
 */
export function encodeToolChoice(request: ModelRequest, switches: ServerSwitches): JsonObject {
  const { toolChoice = "auto", thinking } = request.settings;
  // A server whose thinking is turned off by a toggle thinks by default, and then takes no force.
  if (switches.thinking === "effort-toggle" && isForced(toolChoice) && thinking !== "off") {
    throw refuseRequest(
      request.model,
      `settings.tool_choice: ${toolChoice} unless thinking is off`,
      ["set settings.thinking to off, or settings.tool_choice to auto"],
    );
  }
  const asked = choiceOf(request, switches);
  if (asked === undefined) return {};
  if (asked.kind !== "tool") return { tool_choice: asked.kind };
  return { tool_choice: { type: "function", function: { name: asked.name } } };
}
