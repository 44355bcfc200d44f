import { LlmDoError } from "../../errors/llm-do-error.ts";
import { type ModelRequest, splitModelName } from "../../model/request.ts";

/**
 * The error for a part of a request that this wire cannot say. Nothing is dropped in silence: a
 * setting that would have no effect is a mistake that its author wants to hear of.
 *
 * @param name what the provider does not take, as the author wrote it: `settings.stop_sequences`
 */
export function refuseRequest(
  request: ModelRequest,
  name: string,
  tries: readonly string[] = [],
): LlmDoError {
  return new LlmDoError({
    code: "configuration",
    verb: "ask",
    what: request.model,
    reason: `${splitModelName(request.model).provider} does not take ${name}`,
    tries,
  });
}
