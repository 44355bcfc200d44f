import type { OpenAI } from "openai";
import { type ModelRequest, splitModelName } from "../../model/request.ts";
import { prepareRequest } from "../wire/prepare-request.ts";
import { DEFAULT_SWITCHES, type ServerSwitches } from "../wire/server-switches.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeOutputSchema } from "./encode-output-schema.ts";
import { encodeSettings } from "./encode-settings.ts";
import { encodeToolChoice } from "./encode-tool-choice.ts";
import { encodeTools } from "./encode-tools.ts";
import { rulesFor } from "./wire-rules.ts";

/**
 * The body of `POST /responses`. Stateless: nothing is stored with the provider, so every request
 * carries its whole conversation.
 *
 * @throws LlmDoError `configuration` for what the Responses API cannot be told
 */
export function encodeRequest(
  asked: ModelRequest,
  switches: ServerSwitches = DEFAULT_SWITCHES,
): OpenAI.Responses.ResponseCreateParams {
  const request = prepareRequest(asked, rulesFor(switches));
  const { system, outputSchema } = request;
  return {
    model: splitModelName(request.model).name,
    ...(system === "" ? {} : { instructions: system }),
    input: encodeMessages(request),
    ...encodeTools(request, switches),
    ...encodeToolChoice(request, switches),
    ...encodeSettings(request, switches),
    ...(outputSchema === undefined ? {} : { text: encodeOutputSchema(outputSchema, switches) }),
    store: false,
    ...(switches.stream ? { stream: true } : {}),
  };
}
