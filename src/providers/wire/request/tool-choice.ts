import { LlmDoError } from "../../../errors/llm-do-error.ts";
import type { ModelRequest } from "../../../model/request.ts";
import { nearest } from "../../../words/nearest.ts";
import { refuseRequest } from "../refuse-request.ts";
import type { ServerSwitches } from "../server-switches.ts";

/** What a request asks about calling tools. */
export type AskedChoice =
  | { readonly kind: "auto" }
  | { readonly kind: "none" }
  | { readonly kind: "required" }
  | { readonly kind: "tool"; readonly name: string };

/**
 * What `settings.tool_choice` asks of this request; undefined where the field is not sent.
 *
 * `required` and a tool's name hold for the first answer of a conversation. In every later request
 * the model chooses, since it would otherwise call tools for ever and never answer. Without tools
 * nothing is sent: the APIs refuse a choice among none.
 *
 * @throws LlmDoError `configuration` for a choice that the server cannot be held to, whichever
 * request of the conversation it is
 */
export function choiceOf(
  request: ModelRequest,
  { toolChoice: honoured }: Pick<ServerSwitches, "toolChoice">,
): AskedChoice | undefined {
  const { toolChoice } = request.settings;
  if (toolChoice === undefined) return undefined;
  if (isForced(toolChoice)) checkForced(request, toolChoice, honoured);
  if (toolChoice === "none" && honoured === "none" && request.tools.length > 0) {
    throw refusedChoice(request, toolChoice, ["remove the worker's toolsets"]);
  }
  if (request.tools.length === 0 || honoured === "none") return undefined;
  if (toolChoice === "none") return { kind: "none" };
  if (!forcesCall(request)) return { kind: "auto" };
  return toolChoice === "required" ? { kind: "required" } : { kind: "tool", name: toolChoice };
}

/** Whether the answer to this request must call a tool. */
export function forcesCall({ settings, messages }: ModelRequest): boolean {
  const { toolChoice } = settings;
  if (toolChoice === undefined || !isForced(toolChoice)) return false;
  return !messages.some(({ kind }) => kind === "assistant");
}

/** Whether a choice demands a call at all: `required`, or the name of a tool. */
export function isForced(toolChoice: string): boolean {
  return toolChoice !== "auto" && toolChoice !== "none";
}

function checkForced(
  request: ModelRequest,
  toolChoice: string,
  honoured: ServerSwitches["toolChoice"],
): void {
  const names = request.tools.map(({ name }) => name);
  if (names.length === 0) {
    throw impossible(
      request,
      `settings.tool_choice is ${toolChoice}, and the worker has no tools`,
      ["give the worker toolsets, or remove settings.tool_choice"],
    );
  }
  if (toolChoice !== "required" && !names.includes(toolChoice)) {
    const meant = nearest(toolChoice, [...names, "auto", "none", "required"]);
    throw impossible(
      request,
      `settings.tool_choice names "${toolChoice}", not a tool of the worker`,
      [
        ...(meant === undefined ? [] : [`write settings.tool_choice: ${meant}`]),
        `use auto, none, required or one of ${names.join(", ")}`,
      ],
    );
  }
  if (honoured === "auto-only" || honoured === "none") {
    const none = honoured === "none" ? "" : ", or set it to auto";
    throw refusedChoice(request, toolChoice, [`remove settings.tool_choice${none}`]);
  }
  if (honoured === "no-name" && toolChoice !== "required") {
    throw refusedChoice(request, `${toolChoice}: a tool by its name`, [
      "set settings.tool_choice to required",
    ]);
  }
}

function refusedChoice({ model }: ModelRequest, what: string, tries: readonly string[]) {
  return refuseRequest(model, `settings.tool_choice: ${what}`, tries);
}

function impossible({ model }: ModelRequest, reason: string, tries: readonly string[]) {
  return new LlmDoError({ code: "configuration", verb: "ask", what: model, reason, tries });
}
