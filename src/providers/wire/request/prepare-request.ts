import type { Json, JsonObject } from "../../../model/json.ts";
import type { ModelRequest, ModelSettings, ToolDefinition } from "../../../model/request.ts";
import { inSchemaDialect } from "../schema/schema-dialect.ts";
import { ToolNames } from "../tool-names.ts";
import type { WireRules } from "../wire-rules.ts";
import { isBlank, wellFormed } from "./sendable-content.ts";
import { sendableHistory } from "./sendable-history.ts";

/**
 * The request as a wire's encoder can write it: nothing in it that the API is known to refuse,
 * whoever wrote it. Encoders call this first, so `check` sees what a run would send.
 *
 * Keys, cassettes and approvals are made from the request as it was asked.
 */
export function prepareRequest(asked: ModelRequest, rules: WireRules): ModelRequest {
  const request = inSchemaDialect(asked, rules.schemas);
  const names = new ToolNames(request.tools);
  const { system, outputSchema } = request;
  return {
    ...request,
    system: sendableText(system),
    tools: request.tools.map((tool) => sendableTool(tool, names)),
    messages: sendableHistory(request.messages, rules, names),
    settings: sendableSettings(request, names),
    ...(outputSchema === undefined ? {} : { outputSchema: wellFormed(outputSchema) }),
  };
}

/** A tool that must be called is named as it is sent. */
function sendableSettings({ settings, tools }: ModelRequest, names: ToolNames): ModelSettings {
  const sendable = wellFormed(settings as unknown as Json) as ModelSettings; // JSON by its fields
  const chosen = tools.find(({ name }) => name === settings.toolChoice);
  return chosen ? { ...sendable, toolChoice: names.sent(chosen.name) } : sendable;
}

function sendableTool(tool: ToolDefinition, names: ToolNames): ToolDefinition {
  const inputSchema: JsonObject = wellFormed(tool.inputSchema);
  return { name: names.sent(tool.name), description: sendableText(tool.description), inputSchema };
}

function sendableText(text: string): string {
  return isBlank(text) ? "" : text.toWellFormed();
}
