import { isJsonObject, type Json } from "../../model/json.ts";
import { ProviderError } from "../provider-error.ts";

/** The error for an answer that stopped before it had said anything whole. */
export function brokenAnswer(model: string, reason: string, cause?: unknown): ProviderError {
  return new ProviderError({ what: model, reason, retryable: true, cause });
}

/** The error for an answer that used up its tokens before it said anything. */
export function nothingBeforeLimit(model: string): ProviderError {
  return new ProviderError({
    what: model,
    reason: "the answer reached its token limit before it had any output",
    type: "length",
    retryable: false,
    tries: ['raise "max_tokens" in the settings', 'set "thinking" to low or off'],
  });
}

/** How many field names of a foreign answer are shown. */
const SHOWN_FIELDS = 6;

/**
 * The error for a response that is no Chat Completion, such as Ollama's or Gemini's own protocol or
 * the page of a proxy.
 */
export function foreignProtocol(model: string, seen: Json | string | undefined): ProviderError {
  return new ProviderError({
    what: model,
    reason: `the server does not speak Chat Completions: it answered ${describe(seen)}`,
    type: "foreign_protocol",
    retryable: false,
    tries: [
      "check the base URL: Ollama's ends in /v1, Gemini's in /v1beta/openai",
      "check that the provider in the model's name is the one that the server belongs to",
    ],
  });
}

function describe(seen: Json | string | undefined): string {
  if (seen === undefined || seen === "") return "nothing";
  if (isJsonObject(seen)) {
    const names = Object.keys(seen);
    const more = names.length > SHOWN_FIELDS ? ", ..." : "";
    return `JSON with the fields ${names.slice(0, SHOWN_FIELDS).join(", ")}${more}`;
  }
  return typeof seen === "string" ? `with ${seen}` : "JSON that is no object";
}
