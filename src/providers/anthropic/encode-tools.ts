import type {
  CodeExecutionTool20250825,
  WebFetchTool20250910,
  WebSearchTool20250305,
} from "@anthropic-ai/sdk/resources/messages/messages";
import type { ServerTool } from "../../model/request.ts";
import { refuseRequest } from "../wire/refuse-request.ts";

type ServerToolParam = WebSearchTool20250305 | WebFetchTool20250910 | CodeExecutionTool20250825;

/**
 * The definition of a tool that the provider runs. The versions are the newest that every model
 * takes: later web tools filter their results in a code sandbox that only Claude 4.6 and later
 * have, and later code execution adds only what programmatic tool calling needs.
 *
 * @throws LlmDoError `configuration` when the wire has no such tool or no such limit
 */
export function encodeServerTool(tool: ServerTool, model: string): ServerToolParam {
  switch (tool.type) {
    case "web_search":
      return { type: "web_search_20250305", name: "web_search", ...webLimits(tool, model) };
    case "web_fetch":
      return { type: "web_fetch_20250910", name: "web_fetch", ...webLimits(tool, model) };
    case "code_execution":
      if (tool.maxUses !== undefined || tool.allowedDomains || tool.blockedDomains) {
        throw refuseRequest(model, "limits for the server tool code_execution", [
          "remove max_uses, allowed_domains and blocked_domains from code_execution",
        ]);
      }
      return { type: "code_execution_20250825", name: "code_execution" };
    case "image_generation":
      throw refuseRequest(model, "the server tool image_generation", [
        "remove image_generation from server_side_tools, or use an openai model",
      ]);
    default:
      return tool.type satisfies never;
  }
}

function webLimits(tool: ServerTool, model: string) {
  if (tool.allowedDomains && tool.blockedDomains) {
    throw refuseRequest(
      model,
      `both allowed and blocked domains for the server tool ${tool.type}`,
      ["keep either allowed_domains or blocked_domains"],
    );
  }
  return {
    ...(tool.maxUses === undefined ? {} : { max_uses: tool.maxUses }),
    ...(tool.allowedDomains ? { allowed_domains: [...tool.allowedDomains] } : {}),
    ...(tool.blockedDomains ? { blocked_domains: [...tool.blockedDomains] } : {}),
  };
}
