import { LlmDoError } from "../../errors/llm-do-error.ts";
import { splitModelName } from "../../model/request.ts";

/**
 * The error for a part of a request that a provider cannot be told. Nothing is dropped in silence: a
 * setting without an effect is a mistake that its author wants to hear of.
 *
 * @param what what the provider does not take, as the author wrote it: `settings.stop_sequences`
 */
export function refuseRequest(
  model: string,
  what: string,
  tries: readonly string[] = [],
): LlmDoError {
  const reason = `${splitModelName(model).provider} does not take ${what}`;
  return new LlmDoError({ code: "configuration", verb: "ask", what: model, reason, tries });
}
