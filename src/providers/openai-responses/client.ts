import { sharedClients } from "../wire/client.ts";
import { createOpenAiClient } from "../wire/openai-client.ts";

export const createClient = sharedClients((config) => createOpenAiClient(config, "/responses"));
