import type { Environment } from "../host/host.ts";
import type { ModelRequest } from "../model/request.ts";
import { offerFinalAnswerTool } from "./output/final-answer-tool.ts";
import { needsFinalAnswerTool } from "./output/output-carrier.ts";
import { type ProviderTable, switchesOf } from "./table/provider-table.ts";
import { findProvider } from "./table/resolve-provider.ts";

/**
 * Says before a run what a model's provider would say of a request without being asked: needs no
 * key and no network. Only the provider's own encoder is loaded.
 *
 * @param extra rows of the project; they win over built-in ones
 * @throws LlmDoError `configuration` for a model without a known provider, and for what its
 * provider does not take
 */
export async function tryEncoding(
  asked: ModelRequest,
  env: Environment,
  extra?: ProviderTable,
): Promise<void> {
  const { row } = findProvider(asked.model, env, extra);
  const { model, outputSchema } = asked;
  const needsTool = outputSchema && needsFinalAnswerTool(row, model, outputSchema);
  const request = needsTool ? offerFinalAnswerTool(asked, outputSchema) : asked;
  const switches = switchesOf(row);
  switch (row.wire) {
    case "anthropic": {
      const { encodeRequest } = await import("./anthropic/encode-request.ts");
      encodeRequest(request, { switches });
      return;
    }
    case "openai-responses": {
      const { encodeRequest } = await import("./openai-responses/encode-request.ts");
      encodeRequest(request, switches);
      return;
    }
    case "openai-chat": {
      const { encodeRequest } = await import("./openai-chat/encode-request.ts");
      encodeRequest(request, switches);
      return;
    }
    default:
      throw new TypeError(`unknown wire ${String(row.wire satisfies never)}`);
  }
}
