import type { ProviderConfig } from "../provider-config.ts";
import { createOpenAiClient } from "../wire/openai-client.ts";
import type { WireClient } from "../wire/wire.ts";

export function createClient(config: ProviderConfig): WireClient {
  return createOpenAiClient(config, "/responses");
}
