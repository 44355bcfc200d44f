import type { JsonObject } from "../../model/json.ts";
import type { ModelRequest } from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";
import type { ServerSwitches } from "../wire/server-switches.ts";
import { choiceOf, isForced } from "../wire/tool-choice.ts";

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
