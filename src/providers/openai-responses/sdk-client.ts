import OpenAI from "openai";
import { Stream } from "openai/streaming";
import { boundedFetch } from "../bounded-fetch.ts";
import type { HttpFailure } from "../http-error.ts";
import type { ProviderConfig } from "../provider-config.ts";

type Body = OpenAI.Responses.ResponseCreateParamsStreaming;

/**
 * The official client, told everything that it would otherwise read from the environment: its
 * defaults for `OPENAI_BASE_URL`, `OPENAI_ADMIN_KEY`, `OPENAI_ORG_ID`, `OPENAI_PROJECT_ID`,
 * `OPENAI_WEBHOOK_SECRET` and `OPENAI_LOG` would change what is sent behind the project's back. A
 * key belongs to one project already. Retrying is another transport's work.
 */
export function createClient(config: ProviderConfig): OpenAI {
  const isKeyless = config.apiKey === "";
  return new OpenAI({
    // A server of one's own may want no key; the SDK does, so one is given and not sent.
    apiKey: isKeyless ? "none" : config.apiKey,
    ...(isKeyless ? { defaultHeaders: { Authorization: null } } : {}),
    baseURL: config.baseUrl ?? null,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: "off",
    fetch: boundedFetch(config),
  });
}

/** Sends a request and gives the response as it is, its body unread. */
export function sendRequest(client: OpenAI, body: Body, signal: AbortSignal): Promise<Response> {
  return client.responses.create(body, { signal }).asResponse();
}

/**
 * The events of a response. Error events are events like any other here. The loop ends early when
 * `controller` aborts, without an error.
 */
export function responseEvents(
  client: OpenAI,
  response: Response,
  controller: AbortController,
): AsyncIterable<unknown> {
  return Stream.fromSSEResponse<unknown>(response, controller, client, false, "events");
}

/** What the server answered where the SDK threw for its status; undefined for any other error. */
export function statusFailure(
  thrown: unknown,
): Pick<HttpFailure, "status" | "headers" | "body"> | undefined {
  if (!(thrown instanceof OpenAI.APIError)) return undefined;
  const { status, headers, error } = thrown;
  if (status === undefined || headers === undefined) return undefined;
  // Without an error object the SDK keeps the body in the message only, after the status.
  const text = thrown.message.replace(`${status} `, "");
  return { status, headers, body: error === undefined ? text : { error } };
}
