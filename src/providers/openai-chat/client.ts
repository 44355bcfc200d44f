import { APIConnectionError, APIError, OpenAI } from "openai";
import { boundedFetch } from "../bounded-fetch.ts";
import { connectionError, httpError, streamError } from "../http-error.ts";
import type { ProviderConfig } from "../provider-config.ts";
import { ProviderError } from "../provider-error.ts";
import { brokenAnswer } from "./answer-errors.ts";
import { readStreamFailure } from "./stream-failure.ts";

/** Sent nowhere: the SDK wants a key even for servers that take none. */
const NO_KEY = "none";

/** The texts of error responses by their headers, since the SDK keeps a body's `error` field only. */
const errorBodies = new WeakMap<Headers, string>();

/** A client that reads nothing from the environment and asks once. */
export function createClient(config: ProviderConfig): OpenAI {
  return new OpenAI({
    apiKey: config.apiKey === "" ? NO_KEY : config.apiKey,
    ...(config.apiKey === "" ? { defaultHeaders: { Authorization: null } } : {}),
    baseURL: config.baseUrl ?? null,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: "off",
    fetch: fetchKeepingErrorBody(boundedFetch(config)),
  });
}

function fetchKeepingErrorBody(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await send(input, init);
    if (!response.ok) errorBodies.set(response.headers, await response.clone().text());
    return response;
  };
}

/** What the SDK or the decoder threw, as an error for the person. */
export function toProviderError(
  config: ProviderConfig,
  model: string,
  { thrown, nowMs }: { readonly thrown: unknown; readonly nowMs: number },
): ProviderError {
  if (thrown instanceof ProviderError) return thrown;
  if (thrown instanceof SyntaxError) {
    return brokenAnswer(model, "the stream holds an event that is no JSON", thrown);
  }
  if (!(thrown instanceof APIError) || thrown instanceof APIConnectionError) {
    return connectionError(config, model, thrown);
  }
  const { status, headers, error } = thrown;
  if (status === undefined || headers === undefined) {
    return streamError(config, model, readStreamFailure(error ?? thrown.message));
  }
  const body = errorBodies.get(headers) ?? { error };
  return httpError(config, model, { status, headers, body, nowMs });
}

/** Whether the connection, not the server's answer, is what failed. */
export function isCutOff(thrown: unknown): boolean {
  return !(thrown instanceof APIError) && !(thrown instanceof ProviderError);
}
