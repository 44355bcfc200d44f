import type { OpenAI } from "openai";
import type { ModelRequest } from "../../model/request.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { choiceOf } from "../wire/tool-choice.ts";

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
