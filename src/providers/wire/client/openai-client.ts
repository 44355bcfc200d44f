import { OpenAI } from "openai";
import type { ProviderConfig } from "../provider-config.ts";
import type { WireClient } from "../wire.ts";
import { checkedFetch } from "./client.ts";

/**
 * The official client, told everything that it would otherwise read from the environment: its
 * defaults for `OPENAI_BASE_URL`, `OPENAI_ADMIN_KEY`, `OPENAI_ORG_ID`, `OPENAI_PROJECT_ID`,
 * `OPENAI_WEBHOOK_SECRET` and `OPENAI_LOG` would change what is sent behind the project's back. A
 * key belongs to one project already. Retrying is another transport's work.
 *
 * @param path where requests go, below the base URL
 */
export function createOpenAiClient(config: ProviderConfig, path: string): WireClient {
  const { apiKey, baseUrl, headers, query } = config;
  const isKeyless = apiKey === "";
  const client = new OpenAI({
    // A server of one's own may want no key; the SDK does, so one is given and not sent.
    apiKey: isKeyless ? "none" : apiKey,
    defaultHeaders: { ...(isKeyless ? { Authorization: null } : {}), ...headers },
    baseURL: baseUrl ?? null,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: "off",
    fetch: checkedFetch(),
  });
  return {
    send: (body, signal) => client.post(path, { body, query, signal, stream: true }).asResponse(),
  };
}
