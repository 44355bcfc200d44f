import type { OpenAI } from "openai";
import { type ModelRequest, splitModelName } from "../../model/request.ts";
import { prepareRequest } from "../wire/prepare-request.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeOutputSchema } from "./encode-output-schema.ts";
import { encodeSettings } from "./encode-settings.ts";
import { encodeTools } from "./encode-tools.ts";
import { RULES } from "./wire-rules.ts";

/**
 * The body of `POST /responses`. Stateless: nothing is stored with the provider, so every request
 * carries its whole conversation.
 *
 * @throws LlmDoError `configuration` for what the Responses API cannot be told
 */
export function encodeRequest(asked: ModelRequest): OpenAI.Responses.ResponseCreateParamsStreaming {
  const request = prepareRequest(asked, RULES);
  const { system, outputSchema } = request;
  return {
    model: splitModelName(request.model).name,
    ...(system === "" ? {} : { instructions: system }),
    input: encodeMessages(request),
    ...encodeTools(request),
    ...encodeSettings(request),
    ...(outputSchema === undefined ? {} : { text: encodeOutputSchema(outputSchema) }),
    store: false,
    stream: true,
  };
}
