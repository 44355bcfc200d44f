import type { ToolChoice } from "@anthropic-ai/sdk/resources/messages/messages";
import type { ModelRequest } from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { type AskedChoice, choiceOf, isForced } from "../wire/tool-choice.ts";

/**
 * The field that says whether the model must call a tool, and whether it may call several at once.
 *
 * @throws LlmDoError `configuration` for a choice that the wire does not take
 */
export function encodeToolChoice(
  request: ModelRequest,
  switches: ServerSwitches,
): { tool_choice?: ToolChoice } {
  const { settings, tools, model } = request;
  const { toolChoice = "auto", thinking = "off" } = settings;
  if (isForced(toolChoice) && thinking !== "off") {
    throw refuseRequest(model, `settings.tool_choice: ${toolChoice} together with thinking`, [
      "set settings.thinking to off, or settings.tool_choice to auto",
    ]);
  }
  const single = settings.parallelToolCalls === false;
  const asked = choiceOf(request, switches);
  if (asked !== undefined) return { tool_choice: encodeChoice(asked, single) };
  // Without a tool of ours the wire refuses a tool choice.
  return single && tools.length > 0 ? { tool_choice: encodeChoice({ kind: "auto" }, true) } : {};
}

function encodeChoice(asked: AskedChoice, single: boolean): ToolChoice {
  const parallel = single ? { disable_parallel_tool_use: true } : {};
  switch (asked.kind) {
    case "none":
      return { type: "none" };
    case "auto":
      return { type: "auto", ...parallel };
    case "required":
      return { type: "any", ...parallel };
    case "tool":
      return { type: "tool", name: asked.name, ...parallel };
    default:
      return asked satisfies never;
  }
}
