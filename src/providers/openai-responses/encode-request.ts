import type { OpenAI } from "openai";
import { type ModelRequest, splitModelName } from "../../model/request.ts";
import { DEFAULT_SWITCHES, type ServerSwitches } from "../wire/server-switches.ts";
import { encodeMessages } from "./encode-messages.ts";
import { encodeOutputSchema } from "./encode-output-schema.ts";
import { encodeSettings } from "./encode-settings.ts";
import { encodeToolChoice } from "./encode-tool-choice.ts";
import { encodeTools } from "./encode-tools.ts";

/**
 * The body of `POST /responses`. Stateless: nothing is stored with the provider, so every request
 * carries its whole conversation.
 *
 * @throws LlmDoError `configuration` for what the Responses API cannot be told
 */
export function encodeRequest(
  request: ModelRequest,
  switches: ServerSwitches = DEFAULT_SWITCHES,
): OpenAI.Responses.ResponseCreateParamsStreaming {
  const { system, outputSchema } = request;
  return {
    model: splitModelName(request.model).name,
    ...(system === "" ? {} : { instructions: system }),
    input: encodeMessages(request),
    ...encodeTools(request),
    ...encodeToolChoice(request, switches),
    ...encodeSettings(request),
    ...(outputSchema === undefined ? {} : { text: encodeOutputSchema(outputSchema) }),
    store: false,
    stream: true,
  };
}
